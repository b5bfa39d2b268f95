import { CodedError, type Contribution, type Frame } from '@dispatch/contracts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { startUpgrade } from './__fixtures__/start-upgrade.ts';
import { opTable } from './op-table.ts';

describe('a frame that can not be served', () => {
  it.each([
    ['', 'bad-frame', null],
    ['{', 'bad-frame', null],
    ['null', 'bad-frame', null],
    ['[]', 'bad-frame', null],
    ['"ping"', 'bad-frame', null],
    [`{"op":"ping","id":1,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'bad-frame', null],
    ['{"id":1}', 'bad-frame', 1],
    ['{"op":"ping"}', 'invalid-input', null],
    ['{"op":"ping","id":{}}', 'invalid-input', null],
    ['{"op":"pong","id":"a"}', 'unknown-op', 'a'],
    ['{"op":"__proto__","id":"a"}', 'unknown-op', 'a'],
    ['{"op":"approval.resolve","id":"a","approvalId":"x","decision":"allow"}', 'unknown-op', 'a'],
    ['{"op":"surface.subscribe","id":"a","surfaceId":"x"}', 'unknown-op', 'a'],
    ['{"op":"ping","id":"a","more":1}', 'invalid-input', 'a'],
    ['{"op":"chat.subscribe","id":7}', 'invalid-input', 7],
    ['{"op":"chat.subscribe","id":7,"conversationId":"a b"}', 'invalid-input', 7],
    ['{"op":"chat.send","id":7,"message":"x","mesage":"y"}', 'invalid-input', 7],
  ])('%s is %s', async (text, code, id) => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    client.socket.send(text);
    expect(await client.next()).toMatchObject({ type: 'error', id, error: { code } });
    expect(await client.ask({ op: 'ping' })).toMatchObject({ type: 'pong' });
    expect(conversations.calls).toEqual([]);
  });

  test('an unknown field is named', async () => {
    const { connect } = await startUpgrade();
    const answer = await (await connect()).ask({
      op: 'chat.abort',
      conversationId: 'c',
      forced: 1,
    });
    expect(answer).toMatchObject({ error: { message: expect.stringContaining('forced') } });
  });

  test('bytes are no frame, and the socket stays open', async () => {
    const { connect } = await startUpgrade();
    const client = await connect();
    client.socket.send(Buffer.from('{"op":"ping","id":1}'));
    expect(await client.next()).toMatchObject({ type: 'error', error: { code: 'bad-frame' } });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  test('over 1 MiB the socket is closed with 1009', async () => {
    const { connect } = await startUpgrade();
    const client = await connect();
    client.socket.send(`"${'x'.repeat(1024 * 1024)}"`);
    expect(await client.closed).toBe(1009);
    const other = await connect();
    const room = 1024 * 1024 - '{"op":"ping","id":1,"x":""}'.length;
    other.send({ op: 'ping', id: 1, x: 'x'.repeat(room) });
    expect(await other.next()).toMatchObject({ error: { code: 'invalid-input' } });
  });

  test('whatever a client sends is answered or ignored, never fatal', async () => {
    const { connect, records } = await startUpgrade();
    const client = await connect();
    const frame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((one) => JSON.stringify(one)),
    );
    const texts = fc.sample(frame, { numRuns: 200, seed: 7 });
    for (const text of texts) client.socket.send(text);
    while (client.frames.length < texts.length) await client.next();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(records).toEqual([]);
  });
});

describe('failures of the host', () => {
  test('are told by their codes', async () => {
    const { connect, conversations } = await startUpgrade();
    const client = await connect();
    const failure = new CodedError('overloaded', { message: 'Full.', hint: 'A secret.' });
    conversations.failNext('startTurn', failure);
    const answer = await client.ask({ op: 'chat.send', message: 'x' });
    expect(answer).toMatchObject({ error: { code: 'overloaded', message: 'Full.' } });
  });

  test('that are not expected say nothing, and are logged', async () => {
    const { connect, conversations, records } = await startUpgrade();
    const client = await connect();
    conversations.failNext('abort', new Error('the password is hunter2'));
    const answer = await client.ask({ op: 'chat.abort', conversationId: 'c1' });
    expect(answer).toMatchObject({ error: { code: 'internal' } });
    expect(client.texts.join()).not.toContain('hunter2');
    expect(records).toMatchObject([{ level: 'error', attributes: { op: 'chat.abort' } }]);
  });
});

describe('an op of an extension', () => {
  const frame = (op: string, handle: Frame['handle']): Contribution<Frame> => ({
    extension: 'greeter',
    value: {
      op,
      fields: {
        jsonSchema: {},
        parse: (value) =>
          JSON.stringify(value) === '{"name":"you"}'
            ? { ok: true, value: { name: 'you' } }
            : { ok: false, issues: [{ path: 'name', message: 'must be you' }] },
      },
      handle,
    },
  });

  test('is checked, answered, may send more, and hears the end', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const greet = frame('greet', async (fields, { send, signal }) => {
      signal.addEventListener('abort', () => resolve());
      send({ type: 'ack', id: 'before', fields });
      return { greeted: true };
    });
    const { connect } = await startUpgrade({ frames: [greet] });
    const client = await connect();
    const refused = await client.ask({ op: 'greet', name: 'me' });
    expect(refused).toMatchObject({
      error: { code: 'invalid-input', message: '`name` must be you.' },
    });
    const answer = await client.ask({ op: 'greet', name: 'you' });
    expect(answer).toMatchObject({ type: 'ack', greeted: true });
    expect(await client.next()).toMatchObject({ id: 'before', fields: { name: 'you' } });
    client.socket.close();
    await promise;
  });

  test('that makes too much for its reader loses the socket', async () => {
    const flood = frame('flood', async (_, { send }) => {
      const text = 'x'.repeat(1024 * 1024);
      for (let sent = 0; sent < 64; sent += 1) send({ type: 'ack', id: sent, text });
      return {};
    });
    const { connect } = await startUpgrade({ frames: [flood] });
    const client = await connect();
    client.socket.pause();
    client.send({ op: 'flood', id: 1, name: 'you' });
    client.socket.on('error', () => {});
    setImmediate(() => client.socket.resume());
    expect(await client.closed).toBe(1006);
  });

  it.each(['ping', 'greet'])('is served once: %s', (op) => {
    const one = frame(op, async () => ({}));
    expect(() => opTable([one, { ...one, extension: 'other' }])).toThrow(op);
  });
});
