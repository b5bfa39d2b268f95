import type { StreamEvent } from '@dispatch/invariants';
import type { Exchange } from '../network/exchange.ts';
import { ask, type ClientSurroundings, headOf, judgeSilence, open, silenceMs } from './client.ts';
import type { Mirror, ToldChunk, ToldView } from './mirror.ts';

/** Follows a conversation by NDJSON, turn after turn, until its deletion. */
export async function followLines(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, sent } = surroundings;
  while (!sent.isDeleted(conversationId)) {
    if (mirror.cursor === undefined) await readView(surroundings, conversationId, mirror);
    if (mirror.cursor === undefined) {
      await world.sleep(world.between(20, 400));
      continue;
    }
    const end = await readTurn(surroundings, conversationId, mirror);
    if (end === 'nothing' || end === 'sealed') mirror.leave();
    if (end === 'lost' || world.chance(0.5)) await world.sleep(world.between(0, 200));
  }
}

/** Asks for what is new again and again, without following any stream, until the conversation's deletion. */
export async function pollMessages(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, sent } = surroundings;
  while (!sent.isDeleted(conversationId)) {
    await readView(surroundings, conversationId, mirror);
    await world.sleep(world.between(1, world.pick([20, 200])));
  }
}

/** Reads a turn's stream from its start on, over as many connections as it takes. */
export async function readOn(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
  first: Exchange,
): Promise<void> {
  const { world, sent } = surroundings;
  let end = await readLines(surroundings, conversationId, mirror, first, undefined);
  while (end === 'lost' && mirror.cursor !== undefined && !sent.isDeleted(conversationId)) {
    await world.sleep(world.between(0, 200));
    end = await readTurn(surroundings, conversationId, mirror);
  }
}

/** Reads the chunks that are new, page by page; the last page says where the events go on. */
async function readView(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, sent } = surroundings;
  const limit = String(world.pick([1, 3, 1000, 1000]));
  const path = `/conversations/${conversationId}/messages`;
  const chunks: ToldChunk[] = [];
  for (;;) {
    const sinceSeq = String(chunks.at(-1)?.seq ?? mirror.seq);
    const query = { sinceSeq, limit };
    const reply = await ask(surroundings, mirror.name, { method: 'GET', path, query });
    if (reply?.status !== 200 || sent.isDeleted(conversationId)) return;
    // A host's own words, checked by the mirror.
    const page = reply.json as ToldView;
    chunks.push(...page.chunks);
    const isLast = page.chunks.length === 0 || chunks.at(-1)?.seq === page.lastSeq;
    if (!isLast) continue;
    mirror.view({ ...page, chunks });
    return;
  }
}

/** How the reading of a stream ended; `lost`: there may be more behind the mirror's cursor. */
type StreamEnd = 'sealed' | 'resync' | 'nothing' | 'lost';

/** Reads what follows the mirror's cursor. */
async function readTurn(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<StreamEnd> {
  const { world } = surroundings;
  const cursor = mirror.cursor ?? '';
  const path = `/conversations/${conversationId}/events`;
  const exchange = open(surroundings, mirror.name, { method: 'GET', path, query: { cursor } });
  const head = await headOf(world, exchange);
  if (head === undefined) return 'lost';
  world.note(mirror.name, `${head.status}`, cursor);
  if (head.status === 204) return 'nothing';
  if (head.status === 200) {
    return readLines(surroundings, conversationId, mirror, exchange, cursor);
  }
  exchange.close();
  return 'lost';
}

/** `cursor`: what was asked for. */
async function readLines(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
  exchange: Exchange,
  cursor: string | undefined,
): Promise<StreamEnd> {
  const { world, sent } = surroundings;
  let isFirst = true;
  let end: StreamEnd = 'lost';
  while (end === 'lost' && !sent.isDeleted(conversationId)) {
    const askedAt = world.now();
    const judge = () => judgeSilence(surroundings, conversationId, mirror, askedAt);
    const line = await nextLine(surroundings, exchange, judge);
    if (line === undefined || sent.isDeleted(conversationId)) break;
    if (line === '') continue;
    if (line.startsWith('{"type":"resync"')) {
      const { lastSeq }: { lastSeq: number } = JSON.parse(line);
      mirror.resynced(lastSeq);
      end = 'resync';
      break;
    }
    if (isFirst && cursor !== undefined) mirror.reconnected(cursor);
    isFirst = false;
    const event: StreamEvent = JSON.parse(line);
    mirror.event(event);
    if (event.type === 'turn-sealed') end = 'sealed';
    else if (!world.isHealed && world.chance(0.005)) break;
  }
  exchange.close();
  return end;
}

async function nextLine(
  surroundings: ClientSurroundings,
  exchange: Exchange,
  onSilence: () => void,
): Promise<string | undefined> {
  const due = surroundings.world.after(silenceMs(surroundings), () => {
    onSilence();
    exchange.close();
  });
  const line = await exchange.nextLine();
  due.cancel();
  return line;
}
