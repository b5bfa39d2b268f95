import { expect, onTestFinished, test } from 'vitest';
import { refuse, serveAnswers } from '../__fixtures__/http-server.ts';
import { manualClock } from '../__fixtures__/manual-clock.ts';
import { sampleChunks, sampleEvents } from '../__fixtures__/sample-turn.ts';
import { settled } from '../__fixtures__/settled.ts';
import { serveSockets, type TestFrame, type TestSocket } from '../__fixtures__/socket-server.ts';
import { createClient } from '../create-client.ts';
import type { FollowItem } from '../http/follow-turn.ts';
import type { Connection } from './connection.ts';

const activeTurn = { turnId: 't1', cursor: 't1:0' };
const snapshot = {
  type: 'chat.snapshot',
  conversationId: 'c',
  chunks: sampleChunks.slice(0, 1),
  firstSeq: 1,
  lastSeq: 1,
  activeTurn,
};
const emptySnapshot = { ...snapshot, chunks: [], firstSeq: null };

function tell(socket: TestSocket, from: number, to: number, conversationId = 'c') {
  for (const event of sampleEvents.slice(from, to)) {
    socket.send({ type: 'chat.delta', conversationId, event: { ...event, conversationId } });
  }
}

function connect(url: string, clock = manualClock(), token?: string): Connection {
  const connection = createClient({
    url,
    ...clock,
    ...(token === undefined ? {} : { token }),
  }).connect();
  onTestFinished(() => connection.close());
  return connection;
}

/** Reads to the seal. */
async function read(items: AsyncIterable<FollowItem>): Promise<FollowItem[]> {
  const list: FollowItem[] = [];
  for await (const item of items) {
    list.push(item);
    if (item.type === 'turn-sealed') return list;
  }
  return list;
}

const snapshotItem = { ...snapshot, type: 'snapshot' };

test('a subscription is a snapshot and then events, over any number of lost connections', async () => {
  const server = await serveSockets((frame, socket, number) => {
    if (frame.op !== 'chat.subscribe') return;
    socket.ack(frame);
    socket.send(number === 0 ? snapshot : emptySnapshot);
    if (number === 0) tell(socket, 1, 5);
    // The client must bear what a host never does: an event it knows already.
    if (number === 1) tell(socket, 3, 12);
    if (number === 2) tell(socket, 12, 19);
    else setTimeout(() => socket.cut(), 20);
  });
  const connection = connect(server.url, manualClock(), 'sixteen-characters');
  const items = await read(connection.subscribe('c', { sinceSeq: 0 }));
  expect(items).toEqual([snapshotItem, ...sampleEvents.slice(1)]);
  expect(server.protocols[0]).toBe('dispatch.v1 bearer.sixteen-characters');
  const subscribes = server.frames.filter(({ op }) => op === 'chat.subscribe');
  expect(subscribes.map(({ cursor }) => cursor)).toEqual([undefined, 't1:4', 't1:11']);
});

test('a gap connects again from the cursor', async () => {
  const server = await serveSockets((frame, socket, number) => {
    if (frame.op !== 'chat.subscribe') return;
    socket.ack(frame);
    socket.send(number === 0 ? snapshot : emptySnapshot);
    if (number === 0) {
      tell(socket, 1, 3);
      tell(socket, 4, 6);
    } else {
      tell(socket, 3, 19);
    }
  });
  expect(await read(connect(server.url).subscribe('c'))).toEqual([
    snapshotItem,
    ...sampleEvents.slice(1),
  ]);
  expect(server.frames[1]).toMatchObject({ op: 'chat.subscribe', cursor: 't1:2', socket: 1 });
});

test('a cursor of no use brings a snapshot; in mid-stream it is asked for', async () => {
  const server = await serveSockets((frame, socket) => {
    if (frame.op !== 'chat.subscribe') return;
    socket.ack(frame);
    if (frame.cursor !== undefined) {
      socket.send({ type: 'chat.resync', conversationId: 'c', lastSeq: 1 });
      socket.send(snapshot);
      tell(socket, 1, 4);
      socket.send({ type: 'chat.resync', conversationId: 'c', lastSeq: 7 });
      tell(socket, 12, 14);
    } else {
      socket.send({
        ...snapshot,
        chunks: sampleChunks,
        activeTurn: { ...activeTurn, cursor: 't1:11' },
      });
      tell(socket, 12, 19);
    }
  });
  const items = await read(connect(server.url).subscribe('c', { cursor: 't0:9' }));
  expect(items.map((item) => ('n' in item ? item.n : item.type))).toEqual([
    'snapshot',
    1,
    2,
    3,
    'snapshot',
    12,
    13,
    14,
    15,
    16,
    17,
    18,
  ]);
});

test('a silent socket is asked, then given up', async () => {
  const clock = manualClock();
  const server = await serveSockets((frame, socket, number) => {
    if (frame.op === 'chat.subscribe') {
      socket.ack(frame);
      socket.send(number === 0 ? snapshot : emptySnapshot);
      if (number === 1) tell(socket, 1, 19);
    }
    // The first question is answered, the second is not.
    if (frame.op === 'ping' && server.frames.length === 1 + 1)
      socket.send({ type: 'pong', id: frame.id });
  });
  const items = read(connect(server.url, clock).subscribe('c'));
  await server.arrived(1);
  await settled();
  clock.advance(15_000);
  await server.arrived(2);
  await settled();
  clock.advance(15_000);
  await server.arrived(3);
  expect(server.sockets()).toBe(1);
  clock.advance(15_000);
  expect((await items).length).toBe(sampleEvents.length);
  expect(server.frames.map(({ op }) => op).slice(0, 4)).toEqual([
    'chat.subscribe',
    'ping',
    'ping',
    'chat.subscribe',
  ]);
});

test('a message is sent again under its key until it is answered, and its turn is followed', async () => {
  const server = await serveSockets((frame, socket, number) => {
    if (frame.op !== 'chat.send') return;
    if (number === 0) return socket.cut();
    socket.ack(frame, { conversationId: frame.conversationId, turnId: 't1' });
    tell(socket, 0, 19, String(frame.conversationId));
  });
  const { conversationId, turnId, subscription } = await connect(server.url).send({
    message: 'Hi',
  });
  expect(turnId).toBe('t1');
  const items = await read(subscription);
  expect(items).toEqual(sampleEvents.map((event) => ({ ...event, conversationId })));
  const [first, second] = server.frames;
  expect(first?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  expect({ ...second, socket: 0 }).toEqual(first);
});

test('a message into a conversation that is followed comes by its subscription', async () => {
  const server = await serveSockets((frame, socket) => {
    socket.ack(frame, { conversationId: 'c', turnId: 't1', queueId: 'q', position: 2 });
    if (frame.op === 'chat.subscribe') socket.send({ ...emptySnapshot, activeTurn: null });
    if (frame.op === 'chat.send') tell(socket, 0, 19);
  });
  const connection = connect(server.url);
  const subscription = connection.subscribe('c');
  expect(() => connection.subscribe('c')).toThrow('followed already');
  const sent = await connection.send({ message: 'Hi', conversationId: 'c' });
  expect(sent.subscription).toBe(subscription);
  expect((await read(subscription)).slice(1)).toEqual(sampleEvents);
  expect(await connection.queue('c', { message: 'More' })).toEqual({ queueId: 'q', position: 2 });
  expect(await connection.abort('c')).toEqual({ turnId: 't1' });
  await server.arrived(5);
  expect(server.frames.map(({ op }) => op)).toContain('chat.unsubscribe');
});

test('a refusal ends what it concerns and nothing else', async () => {
  const refused = (frame: TestFrame, code: string) => ({
    type: 'error',
    id: frame.id,
    error: { code, message: `It is ${code}.` },
  });
  const server = await serveSockets((frame, socket) => {
    if (frame.op === 'chat.subscribe') socket.send(refused(frame, 'conversation-not-found'));
    if (frame.op === 'chat.send') socket.send(refused(frame, 'conversation-busy'));
    if (frame.op === 'chat.abort') socket.ack(frame, { turnId: 't1' });
  });
  const connection = connect(server.url);
  await expect(read(connection.subscribe('gone'))).rejects.toMatchObject({
    code: 'conversation-not-found',
  });
  await expect(connection.send({ message: 'Hi' })).rejects.toMatchObject({
    code: 'conversation-busy',
    detail: 'It is conversation-busy.',
  });
  expect(await connection.abort('c')).toEqual({ turnId: 't1' });
});

test("a wrong token ends the connection with the host's own words", async () => {
  const { url } = await serveAnswers(refuse(401, 'unauthorized'));
  const connection = connect(url);
  const items = read(connection.subscribe('c'));
  await expect(connection.abort('c')).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
  await expect(items).rejects.toMatchObject({ code: 'unauthorized' });
});

test('changes of conversations are told, and that some may be missing', async () => {
  const server = await serveSockets((frame, socket, number) => {
    if (frame.op !== 'conversations.subscribe') return;
    socket.ack(frame);
    socket.send({ type: 'conversation.deleted', conversationId: `c${number}` });
    if (number === 0) setTimeout(() => socket.cut(), 20);
  });
  const notices = [];
  for await (const notice of connect(server.url).watch('w')) {
    notices.push(notice);
    if (notices.length === 3) break;
  }
  expect(notices).toEqual([
    { type: 'deleted', conversationId: 'c0' },
    { type: 'missed' },
    { type: 'deleted', conversationId: 'c1' },
  ]);
  expect(server.frames[0]).toMatchObject({ workspaceId: 'w' });
});

test('a reader that falls far behind gets a snapshot in place of what it missed', async () => {
  let told: TestSocket | undefined;
  const server = await serveSockets((frame, socket) => {
    if (frame.op !== 'chat.subscribe') return;
    told = socket;
    socket.ack(frame);
    socket.send(server.frames.length === 1 ? snapshot : { ...snapshot, lastSeq: 5 });
  });
  const subscription = connect(server.url).subscribe('c');
  await server.arrived(1);
  for (let n = 1; n <= 10_050; n += 1) {
    told?.send({
      type: 'chat.delta',
      conversationId: 'c',
      event: { type: 'text-delta', conversationId: 'c', turnId: 't1', n, stepId: 's', delta: 'a' },
    });
  }
  await settled();
  await settled();
  for await (const item of subscription) {
    expect(item).toMatchObject({ type: 'snapshot', lastSeq: 5 });
    break;
  }
});

test('a connection that is closed ends all that came of it', async () => {
  const server = await serveSockets(() => {});
  const connection = connect(server.url);
  const items = read(connection.subscribe('c'));
  const abort = connection.abort('c');
  await server.arrived(1);
  connection.close();
  await expect(items).rejects.toMatchObject({ code: 'closed' });
  await expect(abort).rejects.toMatchObject({ code: 'closed' });
  await expect(connection.abort('c')).rejects.toMatchObject({ code: 'closed' });
});
