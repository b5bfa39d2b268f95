import { CodedError, type Contribution, type Route, type Schema } from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { post, send } from '../__fixtures__/requests.ts';
import { startTransport } from '../__fixtures__/start-transport.ts';

function schemaOf(schema: z.ZodType<JsonValue>, jsonSchema: { [key: string]: JsonValue }) {
  const made: Schema<JsonValue> = {
    jsonSchema,
    parse(value) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return { ok: true, value: parsed.data };
      const issues = parsed.error.issues.map(({ path, message }) => ({
        path: path.join('.'),
        message,
      }));
      return { ok: false, issues };
    },
  };
  return made;
}

const greet: Route = {
  method: 'POST',
  path: '/greetings/:name',
  summary: 'Greets.',
  query: schemaOf(z.strictObject({ loud: z.string().exactOptional() }), {
    type: 'object',
    properties: { loud: { type: 'string' } },
  }),
  body: schemaOf(z.strictObject({ times: z.number() }), { type: 'object' }),
  async handle({ params, query, body }) {
    return { status: 201, json: { params, query, body } };
  },
};

const route = (parts: Partial<Route>): Contribution<Route> => ({
  extension: 'greeter',
  value: {
    method: 'GET',
    path: '/greetings',
    summary: '',
    handle: async () => ({ status: 204 }),
    ...parts,
  },
});

describe('a route of an extension', () => {
  test('is served, checked and described like all others', async () => {
    const { url } = await startTransport({ routes: [{ extension: 'greeter', value: greet }] });
    const served = await post(`${url}/greetings/J%C3%BCrgen?loud=yes`, { times: 2 });
    expect([served.status, await served.json()]).toEqual([
      201,
      { params: { name: 'Jürgen' }, query: { loud: 'yes' }, body: { times: 2 } },
    ]);
    const refused = await post(`${url}/greetings/x`, { times: 'many' });
    expect(await refused.json()).toMatchObject({ status: 400, code: 'invalid-input' });
    expect((await fetch(`${url}/greetings/x`)).status).toBe(405);
    const { paths } = await (await fetch(`${url}/openapi.json`)).json();
    expect(paths['/greetings/{name}'].post).toMatchObject({
      summary: 'Greets.',
      parameters: [
        { name: 'name', in: 'path' },
        { name: 'loud', in: 'query' },
      ],
    });
  });

  test('takes no parameter and no body where it names none', async () => {
    const { url } = await startTransport({ routes: [route({ method: 'DELETE' })] });
    const remove = (path: string, init: RequestInit = {}) =>
      fetch(url + path, { method: 'DELETE', ...init });
    expect((await remove('/greetings')).status).toBe(204);
    expect((await remove('/greetings?a=1')).status).toBe(400);
    const headers = { 'content-type': 'application/json' };
    expect((await remove('/greetings', { headers, body: '{"a":1}' })).status).toBe(400);
  });

  test('may answer bytes, and fail with a code', async () => {
    const bytes = Uint8Array.of(0, 255, 10);
    const { url } = await startTransport({
      routes: [
        route({ handle: async () => ({ status: 200, bytes, mediaType: 'image/png' }) }),
        route({
          path: '/failures',
          async handle() {
            throw new CodedError('already-resolved', { message: 'It is over.' });
          },
        }),
      ],
    });
    const served = await fetch(`${url}/greetings`);
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
    const failed = await fetch(`${url}/failures`);
    expect(await failed.json()).toMatchObject({ status: 409, code: 'already-resolved' });
  });

  describe('that answers in pieces', () => {
    const piece = Buffer.alloc(1_000_000, 'x');
    const pieces = (count: number, read: (index: number) => Buffer) =>
      route({
        handle: async () => ({
          ...{ status: 206, mediaType: 'text/plain', headers: { etag: '"a"' } },
          size: count * piece.length,
          pieces: (async function* () {
            for (let index = 0; index < count; index += 1) yield read(index);
          })(),
        }),
      });

    test('is served as one body, and to HEAD without it', async () => {
      const reads: number[] = [];
      const read = (index: number) => {
        reads.push(index);
        return piece;
      };
      const { url } = await startTransport({ routes: [pieces(3, read)] });
      const served = await fetch(`${url}/greetings`);
      expect(served.status).toBe(206);
      expect(Object.fromEntries(served.headers)).toMatchObject({
        'content-type': 'text/plain',
        'content-length': '3000000',
        etag: '"a"',
      });
      expect((await served.text()).length).toBe(3_000_000);
      expect(reads).toEqual([0, 1, 2]);
      const head = await fetch(`${url}/greetings`, { method: 'HEAD' });
      expect([head.headers.get('content-length'), await head.text()]).toEqual(['3000000', '']);
      expect(reads).toEqual([0, 1, 2]);
    });

    test('is broken off where a piece can not be had, and the log says why', async () => {
      const read = (index: number) => {
        if (index === 2) throw new Error('it is gone');
        return piece;
      };
      const { url, records } = await startTransport({ routes: [pieces(3, read)] });
      const served = await fetch(`${url}/greetings`);
      await expect(served.text()).rejects.toThrow();
      expect(records).toMatchObject([
        { level: 'warn', attributes: { error: 'Error: it is gone' } },
      ]);
    });

    test('is read no further than its client takes it', async () => {
      let isOver = false;
      let reads = 0;
      const endless = route({
        handle: async () => ({
          ...{ status: 200, mediaType: 'text/plain', size: 1_000 * piece.length },
          pieces: (async function* () {
            try {
              for (let index = 0; index < 1_000; index += 1) {
                reads += 1;
                yield piece;
              }
            } finally {
              isOver = true;
            }
          })(),
        }),
      });
      const { url } = await startTransport({ routes: [endless] });
      const gone = new AbortController();
      const served = await fetch(`${url}/greetings`, { signal: gone.signal });
      const reader = served.body?.getReader();
      await reader?.read();
      let before = -1;
      // What the system's buffers take differs; then no more is read.
      await expect
        .poll(
          () => {
            const isSame = reads === before;
            before = reads;
            return isSame;
          },
          { interval: 200 },
        )
        .toBe(true);
      expect(reads).toBeLessThan(100);
      gone.abort();
      await expect.poll(() => isOver).toBe(true);
    });
  });

  describe('that takes bytes', () => {
    const upload = (parts: Partial<Route> = {}) =>
      route({
        method: 'POST',
        bytes: { maxBytes: 100_000 },
        headers: ['content-type', 'x-mine'],
        async handle({ headers = {}, readBytes, body }) {
          const bytes = await readBytes?.();
          return { status: 201, json: { headers, body, size: bytes?.length ?? -1 } };
        },
        ...parts,
      });
    const bytes = Buffer.alloc(100_000, 0xff);

    test('is given them, of whatever type, and the headers that it names alone', async () => {
      const { url } = await startTransport({ routes: [upload()] });
      const headers = { 'content-type': 'image/png', 'x-mine': 'yes', 'x-other': 'no' };
      const sent = await send(`${url}/greetings`, { method: 'POST', headers, body: bytes });
      expect(sent.status).toBe(201);
      expect(JSON.parse(sent.text)).toEqual({
        headers: { 'content-type': 'image/png', 'x-mine': 'yes' },
        body: {},
        size: 100_000,
      });
      const none = await send(`${url}/greetings`, { method: 'POST' });
      expect(JSON.parse(none.text)).toEqual({ headers: {}, body: {}, size: 0 });
    });

    test('is given no more than its limit, announced or in pieces, and the client hears of it', async () => {
      const { url } = await startTransport({ routes: [upload()] });
      const body = Buffer.alloc(100_001);
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const sent = await send(`${url}/greetings`, { method: 'POST', headers, body });
        expect(JSON.parse(sent.text)).toMatchObject({ status: 413, code: 'payload-too-large' });
      }
      const whole = { 'transfer-encoding': 'chunked' };
      const sent = await send(`${url}/greetings`, { method: 'POST', headers: whole, body: bytes });
      expect(sent.status).toBe(201);
    });

    test('is given none that are encoded', async () => {
      const { url } = await startTransport({ routes: [upload()] });
      const headers = { 'content-encoding': 'gzip' };
      const sent = await send(`${url}/greetings`, { method: 'POST', headers, body: bytes });
      expect(JSON.parse(sent.text)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    });

    test('may answer before it has read any', async () => {
      const { url } = await startTransport({
        routes: [upload({ handle: async () => ({ status: 304, headers: { etag: '"a"' } }) })],
      });
      const body = Buffer.alloc(3_000_000);
      const sent = await send(`${url}/greetings`, { method: 'POST', body });
      expect([sent.status, sent.headers.etag]).toEqual([304, '"a"']);
    });

    test('is described by what it takes', async () => {
      const { url } = await startTransport({ routes: [upload()] });
      const { paths } = await (await fetch(`${url}/openapi.json`)).json();
      expect(paths['/greetings'].post.requestBody).toEqual({
        required: true,
        content: { '*/*': {} },
      });
    });
  });

  test('hears when its client goes away', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { url } = await startTransport({
      routes: [
        route({
          async handle({ signal }) {
            signal.addEventListener('abort', () => resolve());
            arrived.resolve();
            await promise;
            return { status: 204 };
          },
        }),
      ],
    });
    const client = new AbortController();
    const answer = fetch(`${url}/greetings`, { signal: client.signal }).catch(() => undefined);
    await arrived.promise;
    client.abort();
    await promise;
    await answer;
  });

  test('takes the place of a list that is empty until then', async () => {
    const workspaces = route({
      path: '/workspaces',
      handle: async () => ({ status: 200, json: { workspaces: [1] } }),
    });
    const { url } = await startTransport({ routes: [workspaces] });
    expect(await (await fetch(`${url}/workspaces`)).json()).toEqual({ workspaces: [1] });
  });
});

it.each([
  [[route({ path: '/models' })], 'route-clash'],
  [[route({ path: '/conversations/:name' })], 'route-clash'],
  [[route({}), route({})], 'route-clash'],
  [[route({ path: 'greetings' })], 'invalid-route'],
  [[route({ path: '/*' })], 'invalid-route'],
  [[route({ path: '/a/:b-:c' })], 'invalid-route'],
])('%# can not be served: %s', async (routes, code) => {
  const failure = await startTransport({ routes }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code });
  expect(String(failure)).toContain('greeter');
});
