import {
  conversation,
  conversationsResponse,
  extensionsResponse,
  messagesResponse,
  metricsResponse,
  modelsResponse,
  queueResponse,
  toolsResponse,
} from '@dispatch/wire';
import { expect, it, test } from 'vitest';
import { post } from '../__fixtures__/requests.ts';
import { startTransport } from '../__fixtures__/start-transport.ts';

test('a conversation is made, read, changed, forked and deleted', async () => {
  const { url, conversations } = await startTransport();
  await (await post(`${url}/chat`, { message: 'hi', conversationId: 'c1' })).body?.cancel();
  const one = `${url}/conversations/c1`;

  const read = await fetch(one);
  expect(read.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const text = await read.text();
  expect(conversation.parse(JSON.parse(text))).toEqual({
    conversationId: 'c1',
    title: null,
    model: null,
    system: null,
    workspaceId: null,
    cwd: null,
    computerId: null,
    mode: null,
    status: 'running',
    lastSeq: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });

  const changes = { title: 'T', mode: 'read-only', model: 'a/b', system: null };
  const patched = await fetch(one, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  });
  expect(await patched.json()).toMatchObject(changes);
  const cleared = await fetch(one, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: '{"title":null}',
  });
  expect(await cleared.json()).toMatchObject({ title: null, model: 'a/b' });

  conversations.finish('c1');
  const fork = await fetch(`${one}/fork`, { method: 'POST' });
  expect(fork.status).toBe(201);
  expect(await fork.json()).toMatchObject({ lastSeq: 1 });
  expect(await (await post(`${one}/fork`, { atSeq: 0 })).json()).toMatchObject({ lastSeq: 0 });

  const removed = await fetch(one, { method: 'DELETE' });
  expect([removed.status, await removed.text()]).toEqual([204, '']);
  expect((await fetch(one)).status).toBe(404);
});

test('conversations are listed by pages, and by workspace', async () => {
  const { url, conversations } = await startTransport();
  for (const index of [1, 2, 3]) {
    const workspaceId = index === 2 ? 'w2' : 'w1';
    await conversations.startTurn({ conversationId: `c${index}`, message: 'x', workspaceId });
  }
  const list = async (query: string) => {
    const page = await (await fetch(`${url}/conversations?${query}`)).json();
    const { conversations: found, nextCursor } = conversationsResponse.parse(page);
    return [found.map(({ conversationId }) => conversationId), nextCursor];
  };
  expect(await list('limit=2')).toEqual([['c3', 'c2'], '2']);
  expect(await list('limit=2&cursor=2')).toEqual([['c1'], null]);
  expect(await list('workspaceId=w2')).toEqual([['c2'], null]);
});

test('chunks are told byte for byte, with their places', async () => {
  const { url, conversations } = await startTransport();
  const { turnId } = await conversations.startTurn({ conversationId: 'c1', message: 'a"\u0000ü' });
  conversations.commit('c1', {
    role: 'assistant',
    chunk: { type: 'text', text: 'b', stepId: `${turnId}#0` },
  });
  const text = await (await fetch(`${url}/conversations/c1/messages`)).text();
  expect(text).toContain('"chunk":{"type":"text","text":"a\\"\\u0000ü"}');
  expect(messagesResponse.parse(JSON.parse(text))).toMatchObject({
    chunks: [{ seq: 1, role: 'user', turnId, createdAt: '2026-01-01T00:00:00.000Z' }, { seq: 2 }],
    lastSeq: 2,
    activeTurn: { turnId, cursor: `${turnId}:0` },
  });
  const after = await fetch(`${url}/conversations/c1/messages?sinceSeq=1&limit=1`);
  expect(messagesResponse.parse(await after.json()).chunks).toMatchObject([{ seq: 2 }]);
  expect(conversations.calls.at(-1)?.arguments).toEqual([
    { conversationId: 'c1', sinceSeq: 1, limit: 1 },
  ]);
});

test('messages are queued, listed in order and taken back', async () => {
  const { url, conversations } = await startTransport();
  await conversations.startTurn({ conversationId: 'c1', message: 'x' });
  const queue = `${url}/conversations/c1/queue`;
  const queued = await post(queue, { message: [{ type: 'text', text: 'next' }] });
  expect(queued.status).toBe(202);
  const { queueId, position } = await queued.json();
  expect(position).toBe(1);
  expect(queueResponse.parse(await (await fetch(queue)).json())).toEqual({
    messages: [
      {
        queueId,
        message: [{ type: 'text', text: 'next' }],
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  });
  expect((await fetch(`${queue}/${queueId}`, { method: 'DELETE' })).status).toBe(204);
  const again = await fetch(`${queue}/${queueId}`, { method: 'DELETE' });
  expect(await again.json()).toMatchObject({ status: 404, code: 'queue-item-not-found' });
});

test('an abort takes a body or none', async () => {
  const { url, conversations } = await startTransport();
  const { turnId } = await conversations.startTurn({ conversationId: 'c1', message: 'x' });
  const abort = await fetch(`${url}/conversations/c1/abort`, { method: 'POST' });
  expect([abort.status, await abort.json()]).toEqual([202, { turnId }]);
  const again = await post(`${url}/conversations/c1/abort`, {});
  expect(await again.json()).toMatchObject({ status: 404, code: 'no-active-turn' });
});

test('metrics say null for what was not measured', async () => {
  const metrics = [
    {
      turnId: 't1',
      model: 'a/b',
      steps: [{ stepId: 't1#0', finishReason: 'stop', ttftMs: 5, toolCalls: 2 }],
    },
  ];
  const { url, conversations } = await startTransport({ conversations: { metrics } });
  await conversations.startTurn({ conversationId: 'c1', message: 'x' });
  const told = await (await fetch(`${url}/conversations/c1/metrics`)).json();
  expect(metricsResponse.parse(told)).toEqual({
    turns: [
      {
        turnId: 't1',
        model: 'a/b',
        finishReason: null,
        usage: null,
        durationMs: null,
        contextSize: null,
        steps: [
          {
            stepId: 't1#0',
            usage: null,
            ttftMs: 5,
            decodeMs: null,
            genTotalMs: null,
            toolCalls: 2,
          },
        ],
      },
    ],
  });
});

test('the host says what it is made of', async () => {
  const tool = {
    name: 'look',
    description: 'Looks.',
    inputSchema: { type: 'object' },
    effect: 'pure' as const,
    extension: 'e',
  };
  const models = { models: [{ id: 'p/m', provider: 'p' }], default: 'p/m' };
  const extensions = [
    { id: 'e', version: '1.0.0', state: 'running' as const, contributes: ['tool'] },
  ];
  const { url } = await startTransport({ conversations: { tools: [tool], models }, extensions });
  const read = async (path: string) => (await fetch(url + path)).json();
  expect(toolsResponse.parse(await read('/tools'))).toEqual({ tools: [tool] });
  expect(modelsResponse.parse(await read('/models'))).toEqual(models);
  expect(extensionsResponse.parse(await read('/extensions'))).toEqual({ extensions });
});

it.each(['computers', 'surfaces', 'workspaces', 'commands'])('has no %s', async (name) => {
  const { url } = await startTransport();
  expect(await (await fetch(`${url}/${name}`)).json()).toEqual({ [name]: [] });
});

test('it is ready while the store answers and the host does not stop', async () => {
  const { url, conversations, stop } = await startTransport();
  const ready = async () => {
    const response = await fetch(`${url}/ready`);
    return [response.status, await response.json()];
  };
  expect(await ready()).toEqual([200, { status: 'ready' }]);
  conversations.setReady(false);
  expect(await ready()).toMatchObject([503, { code: 'store-unavailable' }]);
  conversations.setReady(true);
  stop();
  expect(await ready()).toMatchObject([503, { code: 'stopping' }]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('a HEAD is a GET without the bytes', async () => {
  const { url, conversations } = await startTransport();
  await conversations.startTurn({ conversationId: 'c1', message: 'x' });
  const [got, head] = await Promise.all([
    fetch(`${url}/conversations/c1`),
    fetch(`${url}/conversations/c1`, { method: 'HEAD' }),
  ]);
  expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
  expect(await head.text()).toBe('');
  const stream = await fetch(`${url}/conversations/c1/events`, { method: 'HEAD' });
  expect(stream.headers.get('content-type')).toContain('ndjson');
  expect(conversations.openFollowers()).toBe(0);
});
