import { CodedError } from '@dispatch/contracts';
import { describe, expect, test } from 'vitest';
import { startUpgrade } from './__fixtures__/start-upgrade.ts';

const delta = (text: string) => ({ type: 'text-delta', stepId: 's', delta: text }) as const;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('chat.send', () => {
  test('is acked, then tells the turn from its start, and the next ones', async () => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    client.send({ op: 'chat.send', id: 1, message: 'x', conversationId: 'c1' });
    const ack = await client.next();
    expect(ack).toMatchObject({ type: 'ack', id: 1, conversationId: 'c1' });
    expect(await client.next()).toMatchObject({
      type: 'chat.delta',
      conversationId: 'c1',
      event: { type: 'turn-start', n: 0, turnId: Object(ack).turnId },
    });
    conversations.emit('c1', delta('ü"\u0000'));
    expect(await client.next()).toMatchObject({ event: { n: 1, delta: 'ü"\u0000' } });
    conversations.finish('c1');
    await client.next();
    expect(await client.next()).toMatchObject({ event: { type: 'turn-sealed' } });
    await conversations.startTurn({ conversationId: 'c1', message: 'y' });
    expect(await client.next()).toMatchObject({ event: { type: 'turn-start' } });
  });

  test('mints an id, and goes on beside others', async () => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    const release = conversations.holdNext('startTurn');
    client.send({ op: 'chat.send', id: 'slow', message: 'x' });
    expect(await client.ask({ op: 'chat.send', message: 'y' })).toMatchObject({ type: 'ack' });
    release();
    while (!client.texts.some((text) => text.includes('"id":"slow"'))) await client.next();
  });

  test('to a conversation that is followed already tells nothing twice, and acks first', async () => {
    const { connect, conversations } = await startUpgrade({
      conversations: {
        onTurn: ({ conversationId }, fake) => fake.emit(conversationId, delta('a')),
      },
    });
    const client = await connect();
    await client.ask({ op: 'chat.send', message: 'x', conversationId: 'c1' });
    conversations.finish('c1');
    await until(() => client.texts.some((text) => text.includes('turn-sealed')));
    const heard = client.frames.length;
    client.send({ op: 'chat.send', id: 'second', message: 'y', conversationId: 'c1' });
    await until(() => client.frames.length >= heard + 3);
    expect(client.frames.slice(heard)).toMatchObject([
      { type: 'ack', id: 'second' },
      { event: { type: 'turn-start' } },
      { event: { delta: 'a' } },
    ]);
    expect(conversations.openFollowers()).toBe(1);
  });

  test('of a key whose events are gone says resync', async () => {
    const { connect, conversations } = await startUpgrade();
    const frame = { message: 'x', conversationId: 'c1', idempotencyKey: 'k' };
    const { turnId } = await conversations.startTurn(frame);
    conversations.finish('c1');
    conversations.forget(turnId);
    const client = await connect();
    expect(await client.ask({ op: 'chat.send', ...frame })).toMatchObject({ turnId });
    expect(await client.next()).toEqual({ type: 'chat.resync', conversationId: 'c1', lastSeq: 1 });
  });
});

describe('chat.subscribe', () => {
  async function running() {
    const started = await startUpgrade();
    const { turnId } = await started.conversations.startTurn({
      conversationId: 'c1',
      message: 'x',
    });
    return { ...started, turnId, client: await started.connect() };
  }

  test('is acked, then gives a snapshot, then what is not in it', async () => {
    const { client, conversations, turnId } = await running();
    conversations.emit('c1', delta('a'));
    client.send({ op: 'chat.subscribe', id: 1, conversationId: 'c1' });
    expect(await client.next()).toEqual({ type: 'ack', id: 1 });
    expect(await client.next()).toEqual({
      type: 'chat.snapshot',
      conversationId: 'c1',
      chunks: [
        {
          seq: 1,
          turnId,
          role: 'user',
          createdAt: '2026-01-01T00:00:00.000Z',
          chunk: { type: 'text', text: 'x' },
        },
      ],
      firstSeq: 1,
      lastSeq: 1,
      activeTurn: { turnId, cursor: `${turnId}:0` },
    });
    expect(await client.next()).toMatchObject({ event: { n: 1, delta: 'a' } });
  });

  test('with a good cursor has no chunks in it, and every event once', async () => {
    const { client, conversations } = await running();
    const cursor = conversations.emit('c1', delta('a'));
    conversations.emit('c1', delta('b'));
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1', cursor });
    expect(await client.next()).toMatchObject({ chunks: [], firstSeq: null, lastSeq: 1 });
    expect(await client.next()).toMatchObject({ event: { delta: 'b' } });
  });

  test('with a bad one says resync first', async () => {
    const { client } = await running();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1', cursor: 'gone:1' });
    expect(await client.next()).toEqual({ type: 'chat.resync', conversationId: 'c1', lastSeq: 1 });
    expect(await client.next()).toMatchObject({ type: 'chat.snapshot', firstSeq: 1 });
  });

  test('after the last chunk has nothing in it', async () => {
    const { client } = await running();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1', sinceSeq: 1 });
    expect(await client.next()).toMatchObject({ chunks: [], firstSeq: null, lastSeq: 1 });
  });

  test('a second one takes the place of the first', async () => {
    const { client, conversations } = await running();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    conversations.emit('c1', delta('once'));
    await client.ask({ op: 'ping' });
    await until(() => client.texts.some((text) => text.includes('once')));
    await client.ask({ op: 'ping' });
    expect(client.texts.filter((text) => text.includes('once'))).toHaveLength(1);
    expect(conversations.openFollowers()).toBe(1);
  });

  test('of what does not exist fails, and leaves what there was', async () => {
    const { client, conversations } = await running();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    expect(await client.ask({ op: 'chat.subscribe', conversationId: 'c2' })).toMatchObject({
      error: { code: 'conversation-not-found' },
    });
    conversations.failNext('subscribe', new CodedError('store-unavailable', { message: 'No.' }));
    const failed = await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    expect(failed).toMatchObject({ error: { code: 'store-unavailable' } });
    conversations.emit('c1', delta('still here'));
    await until(() => client.texts.some((text) => text.includes('still here')));
  });

  test('and chat.unsubscribe are served in their order', async () => {
    const { client, conversations } = await running();
    const release = conversations.holdNext('subscribe');
    client.send({ op: 'chat.subscribe', id: 'on', conversationId: 'c1' });
    client.send({ op: 'chat.unsubscribe', id: 'off', conversationId: 'c1' });
    expect(await client.ask({ op: 'ping' })).toMatchObject({ type: 'pong' });
    release();
    await until(() => client.texts.some((text) => text.includes('"off"')));
    expect(client.frames.map(({ type }) => type)).toEqual(['pong', 'ack', 'chat.snapshot', 'ack']);
    conversations.emit('c1', delta('unheard'));
    await client.ask({ op: 'ping' });
    expect(client.texts.join()).not.toContain('unheard');
    expect(conversations.openFollowers()).toBe(0);
  });

  test('many conversations on one socket, and many sockets on one', async () => {
    const { conversations, connect, client } = await running();
    await conversations.startTurn({ conversationId: 'c2', message: 'x' });
    const other = await connect();
    for (const one of [client, other]) {
      for (const conversationId of ['c1', 'c2']) {
        await one.ask({ op: 'chat.subscribe', conversationId });
      }
    }
    conversations.emit('c1', delta('first'));
    conversations.emit('c2', delta('second'));
    for (const { texts } of [client, other]) {
      await until(() => texts.some((text) => text.includes('"second"')));
      expect(texts.filter((text) => text.includes('"first"'))).toHaveLength(1);
    }
  });

  test('ends with its socket', async () => {
    const { client, conversations } = await running();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    await client.ask({ op: 'conversations.subscribe' });
    const release = conversations.holdNext('subscribe');
    client.send({ op: 'chat.subscribe', id: 'late', conversationId: 'c1' });
    await until(
      () => conversations.calls.filter(({ method }) => method === 'subscribe').length === 2,
    );
    client.socket.terminate();
    await until(() => conversations.openFollowers() === 0 && conversations.watchers() === 0);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(conversations.openFollowers()).toBe(0);
    expect((await conversations.get('c1')).status).toBe('running');
  });
});

test('chat.queue and chat.abort answer as their routes do', async () => {
  const { connect, conversations } = await startUpgrade();
  const { turnId } = await conversations.startTurn({ conversationId: 'c1', message: 'x' });
  const client = await connect();
  const queued = await client.ask({ op: 'chat.queue', conversationId: 'c1', message: 'y' });
  expect(queued).toMatchObject({ queueId: expect.any(String), position: 1 });
  const aborted = await client.ask({ op: 'chat.abort', conversationId: 'c1' });
  expect(aborted).toMatchObject({ type: 'ack', turnId });
});

describe('conversations.subscribe', () => {
  test('tells what changes and what is deleted', async () => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    await client.ask({ op: 'conversations.subscribe' });
    await conversations.startTurn({ conversationId: 'c1', message: 'x', model: 'a/b' });
    expect(await client.next()).toMatchObject({
      type: 'conversation.changed',
      conversation: { conversationId: 'c1', status: 'running', model: 'a/b', title: null },
    });
    conversations.finish('c1');
    expect(await client.next()).toMatchObject({ conversation: { status: 'idle' } });
    await conversations.remove('c1');
    expect(await client.next()).toEqual({ type: 'conversation.deleted', conversationId: 'c1' });
    await client.ask({ op: 'conversations.unsubscribe' });
    expect(conversations.watchers()).toBe(0);
  });

  test('of a workspace tells of that alone', async () => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    await client.ask({ op: 'conversations.subscribe', workspaceId: 'w1' });
    await conversations.startTurn({ conversationId: 'c0', message: 'x' });
    await conversations.startTurn({ conversationId: 'c2', message: 'x', workspaceId: 'w2' });
    await conversations.startTurn({ conversationId: 'c1', message: 'x', workspaceId: 'w1' });
    expect(await client.next()).toMatchObject({ conversation: { conversationId: 'c1' } });
    await client.ask({ op: 'conversations.unsubscribe' });
    expect(conversations.watchers()).toBe(1);
  });
});
