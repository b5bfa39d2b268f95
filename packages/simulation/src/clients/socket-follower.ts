import { type ClientSurroundings, patienceMs } from './client.ts';
import type { Mirror, ToldView } from './mirror.ts';
import { type HostFrame, SocketClient } from './socket-client.ts';

/** Follows a conversation over WebSockets, one after the other, until its deletion. */
export async function followSocket(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, sent } = surroundings;
  while (!sent.isDeleted(conversationId)) {
    await follow(surroundings, conversationId, mirror);
    await world.sleep(world.between(20, 200));
  }
}

async function follow(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const { world, weather, sent } = surroundings;
  let heardAt = world.now();
  let isLost = false;
  const take = (frame: HostFrame, text: string) => {
    heardAt = world.now();
    if (isLost || sent.isDeleted(conversationId)) return;
    if (frame.type === 'chat.delta') {
      mirror.event(text.slice(text.indexOf('"event":') + 8, -1));
    } else if (frame.type === 'chat.resync') {
      world.note(mirror.name, 'resync', text);
      mirror.resynced(Number(frame.lastSeq));
      // In mid-stream: what was missed comes with the next subscription's snapshot.
      if (isOpened) isLost = true;
    } else if (frame.type === 'chat.snapshot') {
      takeSnapshot(text);
    }
  };
  let isOpened = false;
  let asked: string | undefined;
  const takeSnapshot = (text: string) => {
    isOpened = true;
    const view: ToldView = JSON.parse(text);
    if (asked !== undefined && mirror.cursor === asked) mirror.reconnected(asked);
    else mirror.view(view);
  };
  const socket = new SocketClient(surroundings, mirror.name, take);
  asked = mirror.cursor;
  const from = asked === undefined ? {} : { cursor: asked };
  const answer = await socket.ask('chat.subscribe', {
    conversationId,
    sinceSeq: mirror.seq,
    ...from,
  });
  if (answer?.type !== 'ack') {
    socket.close();
    return;
  }
  while (!socket.isOver && !isLost) {
    await world.sleep(200);
    if (isLost || sent.isDeleted(conversationId) || (!world.isHealed && world.chance(0.01))) break;
    if (world.now() - heardAt > patienceMs + 2 * weather.leaseMs) break;
  }
  socket.close();
}
