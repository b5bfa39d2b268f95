import type { ChatBody } from '@dispatch/wire';
import { expect, test } from 'vitest';
import {
  json,
  type RecordedRequest,
  refuse,
  serveAnswers,
  stream,
} from '../__fixtures__/http-server.ts';
import { manualClock } from '../__fixtures__/manual-clock.ts';
import { lineOf, sampleChunks, sampleEvents } from '../__fixtures__/sample-turn.ts';
import { settled } from '../__fixtures__/settled.ts';
import { createClient } from '../create-client.ts';

const lines = sampleEvents.map(lineOf);
const headers = { 'x-conversation-id': 'c', 'x-turn-id': 't1' };

function bodyOf(request: RecordedRequest | undefined): ChatBody {
  return JSON.parse(request?.body ?? '{}');
}

test('a message that the host did not answer is offered again under the same key', async () => {
  const { url, requests } = await serveAnswers(
    (response) => response.destroy(),
    refuse(503, 'overloaded'),
    stream(lines, 'end', headers),
  );
  const turn = await createClient({ url, ...manualClock() }).send({ message: 'Hi' });
  expect(turn).toMatchObject({ conversationId: 'c', turnId: 't1' });
  const [first, second, third] = requests.map(bodyOf);
  expect(first?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  expect(first?.conversationId).toMatch(/^[0-9a-f]{32}$/);
  expect([second, third]).toEqual([first, first]);
  const items = [];
  for await (const item of turn) items.push(item);
  expect(items).toEqual(sampleEvents);
});

test('a stream lost after its first event goes on from the cursor, before it by the key', async () => {
  const { url, requests } = await serveAnswers(
    stream([], 'cut', headers),
    stream(lines.slice(0, 6), 'cut', headers),
    stream(lines.slice(4), 'end'),
  );
  const turn = await createClient({ url, ...manualClock() }).send({
    message: 'Hi',
    conversationId: 'mine',
    idempotencyKey: 'key',
  });
  const items = [];
  for await (const item of turn) items.push(item);
  expect(items).toEqual(sampleEvents);
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'POST /chat',
    'POST /chat',
    'GET /conversations/c/events?cursor=t1%3A5',
  ]);
  expect(bodyOf(requests[1])).toEqual({
    message: 'Hi',
    conversationId: 'mine',
    idempotencyKey: 'key',
  });
});

test('a turn that is over and forgotten ends in a snapshot, though another one runs', async () => {
  const { url } = await serveAnswers(
    stream([lineOf({ type: 'resync', lastSeq: 9 })], 'open', headers),
    json({ chunks: sampleChunks, lastSeq: 9, activeTurn: { turnId: 't2', cursor: 't2:0' } }),
  );
  const turn = await createClient({ url, ...manualClock() }).send({ message: 'Hi' });
  const items = [];
  for await (const item of turn) items.push(item);
  expect(items).toMatchObject([{ type: 'snapshot', lastSeq: 9 }]);
});

test.each([
  [refuse(409, 'conversation-busy'), 'conversation-busy', 1],
  [refuse(503, 'stopping'), 'stopping', 3],
  [json({}, 502), 'bad-response', 1],
  [json({}), 'bad-response', 1],
])('a refusal is told by its code', async (answer, code, attempts) => {
  const { url, requests } = await serveAnswers(answer);
  const sent = createClient({ url, ...manualClock() }).send({ message: 'Hi' });
  await expect(sent).rejects.toMatchObject({ code });
  expect(requests).toHaveLength(attempts);
});

test('a host that is not there, or says nothing, is told as such', async () => {
  const gone = createClient({ url: 'http://127.0.0.1:1', ...manualClock() });
  await expect(gone.list()).rejects.toMatchObject({ code: 'connection-failed' });
  await expect(gone.isReady()).rejects.toMatchObject({ code: 'connection-failed' });

  const clock = manualClock();
  const { url, requests } = await serveAnswers(() => {});
  const answer = createClient({ url, ...clock }).get('c');
  const rejected = expect(answer).rejects.toMatchObject({ code: 'connection-failed' });
  while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.advance(30_000);
  await rejected;
});

test('an answer that stops in the middle is a lost connection', async () => {
  const clock = manualClock();
  let isHalf = false;
  const { url } = await serveAnswers((response) => {
    response.writeHead(200).write('{"models":', () => {
      isHalf = true;
    });
  });
  const answer = createClient({ url, ...clock }).models();
  const rejected = expect(answer).rejects.toMatchObject({ code: 'connection-failed' });
  while (!isHalf) await new Promise((resolve) => setTimeout(resolve, 5));
  await settled();
  clock.advance(30_000);
  await rejected;
});

test('each route is asked as the protocol has it', async () => {
  const { url, requests } = await serveAnswers(json({ queueId: 'q', position: 1 }));
  const client = createClient({ url: `${url}/`, ...manualClock() });
  await client.messages('a', { sinceSeq: 4 });
  await client.queue('a', { message: 'x', idempotencyKey: 'k' });
  await client.removeQueued('a', 'q');
  await client.abort('a');
  await client.fork('a', 3);
  await client.list({ limit: 2, workspaceId: 'w' });
  await client.update('a', { title: null });
  await client.remove('a');
  await client.metrics('a');
  await client.models();
  expect(await client.isReady()).toBe(true);
  expect(requests.map(({ method, url: path, body }) => `${method} ${path} ${body}`)).toEqual([
    'GET /conversations/a/messages?sinceSeq=4 ',
    'POST /conversations/a/queue {"idempotencyKey":"k","message":"x"}',
    'DELETE /conversations/a/queue/q ',
    'POST /conversations/a/abort ',
    'POST /conversations/a/fork {"atSeq":3}',
    'GET /conversations?limit=2&workspaceId=w ',
    'PATCH /conversations/a {"title":null}',
    'DELETE /conversations/a ',
    'GET /conversations/a/metrics ',
    'GET /models ',
    'GET /ready ',
  ]);
});
