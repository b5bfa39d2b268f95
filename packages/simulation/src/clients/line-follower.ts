import { ask, type ClientSurroundings, headOf, open, patienceMs } from './client.ts';
import type { Mirror, ToldView } from './mirror.ts';

/** Follows a conversation by NDJSON, turn after turn, until its deletion. */
export async function followLines(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, sent } = surroundings;
  let isPlaced = false;
  while (!sent.isDeleted(conversationId)) {
    if (!isPlaced) {
      isPlaced = await readView(surroundings, conversationId, mirror);
      if (!isPlaced || mirror.cursor === undefined) {
        isPlaced = false;
        await world.sleep(world.between(20, 400));
        continue;
      }
    }
    isPlaced = await readTurn(surroundings, conversationId, mirror);
    if (world.chance(0.5)) await world.sleep(world.between(0, 100));
  }
}

async function readView(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<boolean> {
  const query = { sinceSeq: String(mirror.seq), limit: '1000' };
  const path = `/conversations/${conversationId}/messages`;
  const reply = await ask(surroundings, mirror.name, { method: 'GET', path, query });
  if (reply?.status !== 200 || surroundings.sent.isDeleted(conversationId)) return false;
  // A host's own words, checked by the mirror.
  mirror.view(reply.json as ToldView);
  return true;
}

/** Reads what follows the mirror's cursor. True: the cursor is good to go on from. */
async function readTurn(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<boolean> {
  const { world, sent } = surroundings;
  const { cursor } = mirror;
  const exchange = open(surroundings, mirror.name, {
    method: 'GET',
    path: `/conversations/${conversationId}/events`,
    query: cursor === undefined ? {} : { cursor },
  });
  const head = await headOf(world, exchange);
  if (head === undefined) return true;
  world.note(mirror.name, `${head.status}`, cursor);
  if (head.status === 204) return false;
  if (head.status !== 200) {
    exchange.close();
    await world.sleep(50);
    return true;
  }
  let isFirst = true;
  for (;;) {
    const line = await nextLine(surroundings, exchange);
    if (line === undefined) return true;
    if (sent.isDeleted(conversationId)) break;
    if (line === '') continue;
    if (line.startsWith('{"type":"resync"')) {
      const { lastSeq }: { lastSeq: number } = JSON.parse(line);
      world.note(mirror.name, 'resync', line);
      mirror.resynced(lastSeq);
      break;
    }
    if (isFirst && cursor !== undefined) mirror.reconnected(cursor);
    isFirst = false;
    if (mirror.event(line).type === 'turn-sealed') break;
    if (world.chance(0.005)) break;
  }
  exchange.close();
  return mirror.cursor !== undefined;
}

/** A stream that says nothing for long is left: its host may be frozen. */
async function nextLine(
  { world, weather }: ClientSurroundings,
  exchange: ReturnType<typeof open>,
): Promise<string | undefined> {
  const due = world.after(patienceMs + 2 * weather.leaseMs, () => exchange.close());
  const line = await exchange.nextLine();
  due.cancel();
  return line;
}
