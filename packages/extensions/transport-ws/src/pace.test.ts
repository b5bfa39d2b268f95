import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startUpgrade } from './__fixtures__/start-upgrade.ts';

const delta = (text: string) => ({ type: 'text-delta', stepId: 's', delta: text }) as const;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a reader that does not read', () => {
  async function stuck(windowBytes: number) {
    const started = await startUpgrade({ conversations: { windowBytes } });
    await started.conversations.startTurn({ conversationId: 'c1', message: 'x' });
    const client = await started.connect();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    client.socket.pause();
    const flood = async (bytes: number) => {
      const text = 'x'.repeat(10_000);
      for (let sent = 0; sent < bytes; sent += text.length) {
        started.conversations.emit('c1', delta(text));
        if (sent % 1_000_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      started.conversations.finish('c1');
    };
    return { ...started, client, flood };
  }

  test('is resynced once it falls out of the window, and nothing is kept for it meanwhile', async () => {
    const { client, flood } = await stuck(256 * 1024);
    await flood(40 * 1024 * 1024);
    client.socket.resume();
    await until(() => client.frames.some(({ type }) => type === 'chat.resync'));
    const heard = client.texts.reduce((sum, text) => sum + text.length, 0);
    expect(heard).toBeLessThan(16 * 1024 * 1024);
  });

  test('gets everything once, where it comes back in time', async () => {
    const { client, flood } = await stuck(64 * 1024 * 1024);
    await flood(20 * 1024 * 1024);
    client.socket.resume();
    await until(() => client.texts.some((text) => text.includes('turn-sealed')));
    const numbers = client.frames.flatMap((frame) =>
      frame.type === 'chat.delta' ? [frame.event.n] : [],
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(client.frames.some(({ type }) => type === 'chat.resync')).toBe(false);
  });

  test('hears the last of each conversation when it comes back', async () => {
    const { client, flood, conversations } = await stuck(64 * 1024 * 1024);
    client.socket.resume();
    await client.ask({ op: 'conversations.subscribe' });
    client.socket.pause();
    await flood(20 * 1024 * 1024);
    for (let index = 0; index < 50; index += 1) {
      await conversations.update('c1', { title: `title ${index}` });
    }
    client.socket.resume();
    await until(() => client.texts.some((text) => text.includes('title 49')));
    const titles = client.texts.filter((text) => text.includes('conversation.changed'));
    expect(titles.length).toBeLessThan(10);
  });

  test('is not read any more itself, however much it sends', async () => {
    const { client, flood, conversations } = await stuck(64 * 1024 * 1024);
    await flood(20 * 1024 * 1024);
    const before = conversations.calls.length;
    for (let index = 0; index < 10_000; index += 1) {
      client.send({ op: 'chat.abort', id: index, conversationId: 'nobody' });
    }
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(conversations.calls.length - before).toBeLessThan(5000);
    client.socket.resume();
    await until(() => client.frames.filter(({ type }) => type === 'error').length === 10_000);
  });
});

test('frames that take long are served a few at a time', async () => {
  const { connect, conversations } = await startUpgrade();
  const client = await connect();
  const releases = Array.from({ length: 500 }, () => conversations.holdNext('startTurn'));
  for (let index = 0; index < 500; index += 1) {
    client.send({ op: 'chat.send', id: index, message: 'x'.repeat(1000) });
  }
  await until(() => conversations.calls.length > 0);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(conversations.calls.length).toBeLessThan(250);
  for (const release of releases) release();
  await until(() => client.frames.filter(({ type }) => type === 'ack').length === 500);
});

describe('a socket', () => {
  test('is pinged every 15 s, and stays while it answers', async () => {
    const { connect, runtime } = await startUpgrade();
    const client = await connect();
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    for (const round of [1, 2, 3, 4]) {
      await runtime.advance(15_000);
      await until(() => pings === round);
      await client.ask({ op: 'ping' });
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  test('that does not answer is ended', async () => {
    const { url, runtime, conversations } = await startUpgrade();
    const socket = new WebSocket(url, 'dispatch.v1', { autoPong: false });
    await new Promise((resolve) => socket.on('open', resolve));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send('{"op":"conversations.subscribe","id":1}');
    await until(() => conversations.watchers() === 1);
    await runtime.advance(30_000);
    expect(await closed).toBe(1006);
    expect(conversations.watchers()).toBe(0);
  });

  test('that is slow gets two minutes to take what was sent', async () => {
    const { connect, conversations, runtime } = await startUpgrade({
      conversations: { windowBytes: 64 * 1024 * 1024 },
    });
    await conversations.startTurn({ conversationId: 'c1', message: 'x' });
    const client = await connect();
    await client.ask({ op: 'chat.subscribe', conversationId: 'c1' });
    client.socket.pause();
    for (let sent = 0; sent < 2000; sent += 1) conversations.emit('c1', delta('x'.repeat(10_000)));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await runtime.advance(105_000);
    expect(conversations.openFollowers()).toBe(1);
    await runtime.advance(30_000);
    await until(() => conversations.openFollowers() === 0);
  });

  test('is told when the host stops, and cut off where it does not answer', async () => {
    const { connect, url, upgrade, runtime } = await startUpgrade();
    const client = await connect();
    const deaf = new WebSocket(url, 'dispatch.v1');
    await new Promise((resolve) => deaf.on('open', resolve));
    deaf.pause();
    const closing = upgrade.close();
    expect(await client.closed).toBe(1001);
    await runtime.runUntil(closing);
    deaf.terminate();
  });

  test('speaks the subprotocol', async () => {
    const { connect } = await startUpgrade();
    const { socket } = await connect();
    expect(socket.protocol).toBe('dispatch.v1');
    expect(socket.extensions).toBe('');
  });
});
