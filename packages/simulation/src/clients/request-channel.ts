import { type Attempt, type Channel, refusalBy, textFields, unknownOutcome } from './channel.ts';
import { ask, type ClientSurroundings, headOf, open, type Reply } from './client.ts';
import { readOn } from './line-follower.ts';
import { Mirror } from './mirror.ts';

/** By requests; the streams that answer them are read to their turns' ends, or left. */
export function requestChannel(
  surroundings: ClientSurroundings,
  who: string,
  conversationId: string,
  /** Told of each stream that is read. */
  onMirror: (mirror: Mirror) => void,
): Channel {
  const { world } = surroundings;
  const path = `/conversations/${conversationId}`;
  let streams = 0;
  return {
    async start(fields) {
      const body = JSON.stringify({ conversationId, ...fields });
      const exchange = open(surroundings, who, { method: 'POST', path: '/chat', body });
      const head = await headOf(world, exchange);
      if (head === undefined) return unknownOutcome;
      if (head.status !== 200) return refusalOf(await exchange.text());
      const turnId = head.headers['x-turn-id'] ?? '';
      world.note(who, 'turn', turnId);
      if (world.chance(0.3)) exchange.close();
      else {
        streams += 1;
        const mirror = new Mirror(`${who}/${streams}`, world);
        onMirror(mirror);
        void readOn(surroundings, conversationId, mirror, exchange);
      }
      return { outcome: 'done', fields: { turnId } };
    },
    async queue(fields) {
      const body = JSON.stringify(fields);
      return attemptOf(
        await ask(surroundings, who, { method: 'POST', path: `${path}/queue`, body }),
      );
    },
    async abort() {
      return attemptOf(await ask(surroundings, who, { method: 'POST', path: `${path}/abort` }));
    },
    close() {},
  };
}

function attemptOf(reply: Reply | undefined): Attempt {
  if (reply === undefined) return unknownOutcome;
  const fields = textFields(reply.json);
  return reply.status < 300 ? { outcome: 'done', fields } : refusalBy(fields.code ?? '');
}

function refusalOf(text: string | undefined): Attempt {
  return text === undefined ? unknownOutcome : refusalBy(textFields(JSON.parse(text)).code ?? '');
}
