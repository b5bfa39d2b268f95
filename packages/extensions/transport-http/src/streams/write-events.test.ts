import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { lineReader, post } from '../__fixtures__/requests.ts';
import { type StartedTransport, startTransport } from '../__fixtures__/start-transport.ts';

const delta = (text: string) => ({ type: 'text-delta', stepId: 's', delta: text }) as const;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a turn that is started', () => {
  test('streams with its ids until it is sealed', async () => {
    const { url, conversations } = await startTransport();
    const response = await post(`${url}/chat`, { message: 'x', conversationId: 'c1' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-conversation-id')).toBe('c1');
    const next = lineReader(response);
    const first = JSON.parse((await next()) ?? '');
    expect(first).toMatchObject({ type: 'turn-start', n: 0, conversationId: 'c1' });
    expect(response.headers.get('x-turn-id')).toBe(first.turnId);

    conversations.emit('c1', delta('ü\n'), delta('b'));
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ n: 1, delta: 'ü\n' });
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ n: 2, delta: 'b' });
    conversations.finish('c1');
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ type: 'done' });
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ type: 'turn-sealed' });
    expect(await next()).toBeUndefined();
    expect(conversations.openFollowers()).toBe(0);
  });

  test('has its head and its first events in one packet, where they are there', async () => {
    const { port } = await startTransport();
    const socket = connect(port, '127.0.0.1');
    const body = '{"message":"x"}';
    socket.write(
      `POST /chat HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const packet = await new Promise<string>((resolve) => {
      socket.once('data', (piece) => resolve(piece.toString()));
    });
    socket.destroy();
    expect(packet).toContain('HTTP/1.1 200');
    expect(packet).toContain('turn-start');
  });

  test('goes on when its client goes away', async () => {
    const { url, conversations } = await startTransport();
    const response = await post(`${url}/chat`, { message: 'x', conversationId: 'c1' });
    await response.body?.cancel();
    await until(() => conversations.openFollowers() === 0);
    expect((await conversations.get('c1')).status).toBe('running');
    conversations.emit('c1', delta('nobody hears this'));
  });

  test('started again by its key is joined, or resynced where its events are gone', async () => {
    const { url, conversations } = await startTransport();
    const body = { message: 'x', conversationId: 'c1', idempotencyKey: 'k' };
    const first = await post(`${url}/chat`, body);
    const turnId = first.headers.get('x-turn-id') ?? '';
    conversations.finish('c1');
    const joined = await post(`${url}/chat`, body);
    expect(joined.headers.get('x-turn-id')).toBe(turnId);
    expect(await joined.text()).toBe(await first.text());
    conversations.forget(turnId);
    const late = await post(`${url}/chat`, body);
    expect([late.status, late.headers.get('x-turn-id')]).toEqual([200, turnId]);
    expect(await late.text()).toBe('{"type":"resync","lastSeq":1}\n');
  });
});

describe('a turn that is joined', () => {
  async function running() {
    const started = await startTransport();
    const { turnId } = await started.conversations.startTurn({
      conversationId: 'c1',
      message: 'x',
    });
    return { ...started, turnId, events: `${started.url}/conversations/c1/events` };
  }

  test('goes on after a cursor, or after what is committed', async () => {
    const { conversations, events, turnId } = await running();
    const cursor = conversations.emit('c1', delta('a'));
    conversations.emit('c1', delta('b'));
    conversations.finish('c1');
    const after = (await (await fetch(`${events}?cursor=${cursor}`)).text()).split('\n');
    expect(after.map((line) => line && JSON.parse(line).type)).toEqual([
      'text-delta',
      'done',
      'turn-sealed',
      '',
    ]);
    const whole = await (
      await fetch(`${events}?cursor=${encodeURIComponent(`${turnId}:0`)}`)
    ).text();
    expect(whole).toContain('"delta":"a"');
  });

  test('is 204 where nothing runs and nothing follows', async () => {
    const { conversations, events, turnId } = await running();
    conversations.finish('c1');
    expect((await fetch(events)).status).toBe(204);
    const end = await fetch(`${events}?cursor=${turnId}:2`);
    expect([end.status, await end.text()]).toEqual([204, '']);
  });

  test.each(['', 'nonsense', 'other:1', 'x:y:z'])('begins with a resync for %j', async (cursor) => {
    const { conversations, events } = await running();
    conversations.emit('c1', delta('a'));
    const response = await fetch(`${events}?cursor=${cursor}`);
    const next = lineReader(response);
    expect(await next()).toBe('{"type":"resync","lastSeq":1}');
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ n: 1, delta: 'a' });
    conversations.finish('c1');
  });

  test('is 404 where there is no such conversation', async () => {
    const { url } = await running();
    const response = await fetch(`${url}/conversations/c2/events`);
    expect(await response.json()).toMatchObject({ status: 404, code: 'conversation-not-found' });
  });

  test('has its head at once, before there is any event', async () => {
    const { conversations, events } = await running();
    const response = await fetch(events);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    await until(() => conversations.openFollowers() === 0);
  });

  test('beats after 15 s of silence, and only then', async () => {
    const { conversations, events, runtime } = await running();
    const next = lineReader(await fetch(events));
    await runtime.advance(14_999);
    conversations.emit('c1', delta('a'));
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ delta: 'a' });
    await runtime.advance(14_999);
    conversations.emit('c1', delta('b'));
    expect(JSON.parse((await next()) ?? '')).toMatchObject({ delta: 'b' });
    await runtime.advance(15_000);
    expect(await next()).toBe('');
    await runtime.advance(15_000);
    expect(await next()).toBe('');
    conversations.finish('c1');
    while ((await next()) !== undefined);
    await until(() => runtime.sleepers() === 0);
  });
});

describe('a reader that does not read', () => {
  /** Follows a turn on a socket that takes nothing until it is told to. */
  async function stuck(windowBytes: number) {
    const started = await startTransport({ conversations: { windowBytes } });
    await started.conversations.startTurn({ conversationId: 'c1', message: 'x' });
    const socket = connect(started.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `GET /conversations/c1/events HTTP/1.1\r\nHost: 127.0.0.1:${started.port}\r\n\r\n`,
    );
    await until(() => started.conversations.openFollowers() === 1);
    return { ...started, socket };
  }

  async function flood({ conversations }: StartedTransport, bytes: number) {
    const text = 'x'.repeat(10_000);
    for (let sent = 0; sent < bytes; sent += text.length) {
      conversations.emit('c1', delta(text));
      if (sent % 1_000_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    conversations.finish('c1');
  }

  function readAll(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
        if (text.endsWith('0\r\n\r\n')) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.resume();
    });
  }

  test('is resynced once it falls out of the window, and nothing is kept for it meanwhile', async () => {
    const stuckReader = await stuck(256 * 1024);
    await flood(stuckReader, 40 * 1024 * 1024);
    const text = await readAll(stuckReader.socket);
    // What the host held is what it sends now; the rest of the difference is the system's buffers.
    expect(text.length).toBeLessThan(16 * 1024 * 1024);
    expect(text).toContain('{"type":"resync","lastSeq":1}');
  });

  test('gets everything where it comes back in time', async () => {
    const stuckReader = await stuck(64 * 1024 * 1024);
    await flood(stuckReader, 20 * 1024 * 1024);
    const text = await readAll(stuckReader.socket);
    expect(text).not.toContain('resync');
    expect(text).toContain('turn-sealed');
    expect(text.length).toBeGreaterThan(20 * 1024 * 1024);
  });

  test('gets no heartbeats, and goes away in peace', async () => {
    const stuckReader = await stuck(64 * 1024 * 1024);
    await flood(stuckReader, 20 * 1024 * 1024);
    await stuckReader.runtime.advance(60_000);
    stuckReader.socket.destroy();
    await until(() => stuckReader.conversations.openFollowers() === 0);
  });
});
