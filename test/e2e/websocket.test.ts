import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, text, types } from './http.ts';
import { connect, type Frame, type Socket } from './socket.ts';

const data = temporaryDataDir();
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ dataDir: data.dataDir, args: ['--approvals', 'auto'] });
});

afterAll(async () => {
  await host.stop();
  data.remove();
});

const eventsOf = (socket: Socket) => socket.frames.flatMap(({ event }) => (event ? [event] : []));
const isEvent = (type: string) => (frame: Frame) => frame.event?.type === type;

test('a message that is sent is acknowledged, and then told from turn-start on', async () => {
  const socket = await connect(host.url);
  socket.send({ op: 'chat.send', id: '1', conversationId: 'ws', message: 'hello' });
  const ack = await socket.until(({ type }) => type === 'ack');
  expect(ack).toMatchObject({ id: '1', conversationId: 'ws' });
  await socket.until(isEvent('turn-sealed'));
  const events = eventsOf(socket);
  expect(types(events)[0]).toBe('turn-start');
  expect(text(events)).toBe('You said: hello');
  expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index));
  socket.close();
});

test('a subscription begins with a snapshot and follows turn after turn', async () => {
  await (await chat(host.url, { conversationId: 'sub', message: 'before' })).rest();
  const socket = await connect(host.url);
  socket.send({ op: 'chat.subscribe', id: 's', conversationId: 'sub' });
  const snapshot = await socket.until(({ type }) => type === 'chat.snapshot');
  expect(snapshot).toMatchObject({ firstSeq: 1, lastSeq: 2, activeTurn: null });
  const first = await chat(host.url, { conversationId: 'sub', message: 'one' });
  await first.rest();
  const second = await chat(host.url, { conversationId: 'sub', message: 'two' });
  await second.rest();
  await socket.until(
    (frame) => isEvent('turn-sealed')(frame) && frame.event?.turnId === second.turnId,
  );
  const turns = new Set(eventsOf(socket).map(({ turnId }) => turnId));
  expect([...turns]).toEqual([first.turnId, second.turnId]);
  socket.send({ op: 'chat.unsubscribe', id: 'u', conversationId: 'sub' });
  await socket.until(({ id }) => id === 'u');
  socket.close();
});

test('a client that comes back with its cursor has every event exactly once', async () => {
  const first = await connect(host.url);
  const message = JSON.stringify([{ text: 'y'.repeat(80), deltas: 80, delayMs: 5 }]);
  first.send({ op: 'chat.send', id: '1', conversationId: 'cut', message });
  await first.until((frame) => Number(frame.event?.n) >= 20);
  first.close();
  const seen = eventsOf(first);
  const last = seen.at(-1);
  const second = await connect(host.url);
  second.send({
    op: 'chat.subscribe',
    id: '2',
    conversationId: 'cut',
    cursor: `${last?.turnId}:${last?.n}`,
  });
  const snapshot = await second.until(({ type }) => type === 'chat.snapshot');
  expect(snapshot.chunks).toEqual([]);
  await second.until(isEvent('turn-sealed'));
  const all = [...seen, ...eventsOf(second)];
  expect(all.map(({ n }) => n)).toEqual(all.map((_, index) => index));
  expect(text(all)).toBe('y'.repeat(80));
  second.close();
});

test('a cursor that is of no use is told, and the snapshot follows', async () => {
  await (await chat(host.url, { conversationId: 'lost', message: 'x' })).rest();
  const socket = await connect(host.url);
  socket.send({ op: 'chat.subscribe', id: '1', conversationId: 'lost', cursor: 'nonsense' });
  expect(await socket.until(({ type }) => type.startsWith('chat.'))).toMatchObject({
    type: 'chat.resync',
    lastSeq: 2,
  });
  expect(await socket.until(({ type }) => type.startsWith('chat.'))).toMatchObject({
    type: 'chat.snapshot',
    lastSeq: 2,
  });
  socket.close();
});

test('changes of conversations are told', async () => {
  const socket = await connect(host.url);
  socket.send({ op: 'conversations.subscribe', id: '1' });
  await socket.until(({ id }) => id === '1');
  await (await chat(host.url, { conversationId: 'watched', message: 'x' })).rest();
  const isIdle = (frame: Frame) =>
    frame.type === 'conversation.changed' &&
    JSON.stringify(frame).includes('"watched"') &&
    JSON.stringify(frame).includes('"idle"');
  await socket.until(isIdle);
  await request(`${host.url}/conversations/watched`, 'DELETE');
  await socket.until(
    ({ type, conversationId }) => type === 'conversation.deleted' && conversationId === 'watched',
  );
  socket.close();
});

test.each([
  ['{"op":', 'bad-frame'],
  ['[]', 'bad-frame'],
  ['{"op":"nothing","id":"7"}', 'unknown-op'],
  ['{"op":"chat.send","id":"7","message":"x","extra":1}', 'invalid-input'],
  ['{"op":"chat.subscribe","id":"7","conversationId":"nobody"}', 'conversation-not-found'],
])('the frame %s answers %s and the socket stays open', async (frame, code) => {
  const socket = await connect(host.url);
  const raw = new WebSocket(`${host.url.replace('http', 'ws')}/ws`, ['dispatch.v1']);
  await new Promise((resolve) => raw.addEventListener('open', resolve));
  const answers: Frame[] = [];
  const pong = new Promise<void>((resolve) => {
    raw.addEventListener('message', ({ data: received }) => {
      const answer: Frame = JSON.parse(String(received));
      answers.push(answer);
      if (answer.type === 'pong') resolve();
    });
  });
  raw.send(frame);
  raw.send('{"op":"ping","id":"p"}');
  await pong;
  await expect
    .poll(() => answers.find(({ type }) => type === 'error'))
    .toMatchObject({ error: { code } });
  raw.close();
  socket.close();
});
