import { request as httpRequest } from 'node:http';
import { CodedError } from '@dispatch/contracts';
import { codes, problem } from '@dispatch/wire';
import { describe, expect, it, test } from 'vitest';
import { post, send, sendBytes } from './__fixtures__/requests.ts';
import { type StartOptions, startTransport } from './__fixtures__/start-transport.ts';

const json = { 'content-type': 'application/json' };

async function refused(path: string, init: RequestInit = {}, options: StartOptions = {}) {
  const { url, conversations } = await startTransport(options);
  const response = await fetch(url + path, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const body = problem.parse(await response.json());
  expect(body.status).toBe(response.status);
  expect(body.type).toBe(`urn:dispatch:problem:${body.code}`);
  return { ...body, response, conversations };
}

describe('what is not JSON, or not of its form', () => {
  it.each(['{', '', '\u0000', '{"message":}', 'undefined', '{"a":1}{}'])(
    'refuses the body %j',
    async (body) => {
      const found = await refused('/chat', { method: 'POST', headers: json, body });
      expect(found).toMatchObject({ status: 400, code: 'invalid-json' });
      expect(found.conversations.calls).toEqual([]);
    },
  );

  test('what is nested so deeply that it would exhaust the stack', async () => {
    const value = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const body = `{"message":[{"type":"json","value":${value}}]}`;
    const found = await refused('/chat', { method: 'POST', headers: json, body });
    expect(found).toMatchObject({ status: 400, code: 'invalid-input' });
  });

  test('bytes that are not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"message":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const found = await refused('/chat', { method: 'POST', headers: json, body });
    expect(found).toMatchObject({ status: 400, code: 'invalid-json' });
  });

  it.each([
    [{ message: 'x', mesage: 'y' }, 'mesage'],
    [{ message: 'x', sampling: { topP: 2 } }, 'sampling.topP'],
    [{ message: 'x', sampling: { top: 2 } }, 'sampling.top'],
    [{ message: 5 }, 'message'],
    [{ message: '' }, 'message'],
    [{ message: 'x', conversationId: 'a b' }, 'conversationId'],
    [{ message: 'x', conversationId: 'a'.repeat(65) }, 'conversationId'],
    [{ message: 'x', idempotencyKey: 'k'.repeat(129) }, 'idempotencyKey'],
    [{ message: 'x', maxSteps: -1 }, 'maxSteps'],
    [[], ''],
    [null, ''],
    ['text', ''],
  ])('refuses %j and names %s', async (body, field) => {
    const init = { method: 'POST', headers: json, body: JSON.stringify(body) };
    const found = await refused('/chat', init);
    expect(found).toMatchObject({ status: 400, code: 'invalid-input' });
    expect(found.detail).toContain(field);
    expect(found.conversations.calls).toEqual([]);
  });

  it.each([
    ['/conversations/c1/messages?limit=0', 'limit'],
    ['/conversations/c1/messages?limit=1001', 'limit'],
    ['/conversations/c1/messages?limit=1e2', 'limit'],
    ['/conversations/c1/messages?sinceSeq=-1', 'sinceSeq'],
    ['/conversations/c1/messages?sinceseq=1', 'sinceseq'],
    ['/conversations/c1/messages?limit=1&limit=2', 'limit'],
    ['/conversations/c1?x', 'x'],
    ['/models?a=1', 'a'],
    ['/health?__proto__=1', '__proto__'],
    [`/conversations/${'c'.repeat(65)}`, 'id'],
    [`/conversations/${'c'.repeat(5000)}`, 'id'],
    ['/conversations/', 'id'],
    ['/conversations/a%20b', 'id'],
    ['/conversations/a%2Fb', 'id'],
    ['/conversations/%zz', 'path'],
  ])('refuses GET %s and names %s', async (path, name) => {
    const found = await refused(path);
    expect(found).toMatchObject({ status: 400, code: 'invalid-input' });
    expect(found.detail).toContain(name);
  });

  test('a body where none is taken', async () => {
    const { url } = await startTransport();
    const headers = { ...json, 'content-length': '7' };
    const found = await send(`${url}/models`, { headers, body: '{"a":1}' });
    expect(JSON.parse(found.text)).toMatchObject({ status: 400, code: 'invalid-input' });
    expect(found.text).toContain('`a`');
    const nothing = await send(`${url}/models`, { headers: json });
    expect(nothing.status).toBe(200);
  });
});

describe('media types', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/json; charset=latin1',
    'application/jsonx',
    'nonsense',
    'multipart/form-data; boundary=x',
  ])('refuses %s', async (type) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: '{"message":"x"}' };
    expect(await refused('/chat', init)).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    });
  });

  test('refuses a body of no type, and one that is compressed', async () => {
    const body = new Uint8Array(Buffer.from('{}'));
    expect((await refused('/chat', { method: 'POST', body })).status).toBe(415);
    const headers = { ...json, 'content-encoding': 'gzip' };
    expect((await refused('/chat', { method: 'POST', headers, body: '{}' })).status).toBe(415);
  });

  it.each([
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/json; charset="utf-8"',
  ])('takes %s', async (type) => {
    const { url } = await startTransport();
    const body = '{"conversationId":"c1","message":"x"}';
    const headers = { 'content-type': type };
    const response = await fetch(`${url}/chat`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});

describe('size', () => {
  const large = `{"message":"${'x'.repeat(8 * 1024 * 1024)}"}`;

  test('a body over 8 MiB is refused', async () => {
    const init = { method: 'POST', headers: json, body: large };
    expect(await refused('/chat', init)).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  test('so is one that does not say how long it is, and the connection goes on', async () => {
    const { url } = await startTransport();
    const status = await new Promise((resolve, reject) => {
      const headers = { ...json, 'transfer-encoding': 'chunked' };
      const request = httpRequest(`${url}/chat`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      for (let sent = 0; sent < large.length; sent += 65_536) {
        request.write(large.slice(sent, sent + 65_536));
      }
      request.end();
    });
    expect(status).toBe(413);
  });

  test('one of 8 MiB is taken', async () => {
    const { url } = await startTransport();
    const room = 8 * 1024 * 1024 - '{"message":""}'.length;
    const response = await post(`${url}/chat`, { message: 'x'.repeat(room) });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test('who asks first is told before sending: 413, or to go on', async () => {
    const { url, port } = await startTransport();
    const head = (length: number) =>
      `POST /chat HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    const refusal = await sendBytes(port, head(9 * 1024 * 1024));
    expect(refusal).toMatch(/^HTTP\/1\.1 413 /);
    const statuses = await new Promise((resolve, reject) => {
      const seen: unknown[] = [];
      const headers = { ...json, expect: '100-continue' };
      const request = httpRequest(`${url}/conversations/c1/queue`, { method: 'POST', headers });
      request.on('continue', () => {
        seen.push(100);
        request.end('{"message":"x"}');
      });
      request.on('response', (response) => {
        response.resume();
        resolve([...seen, response.statusCode]);
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(statuses).toEqual([100, 202]);
  });
});

describe('routes', () => {
  it.each(['/', '/chats', '/conversations/c1/nothing', '/chat/', '//health'])(
    'does not know %s',
    async (path) => {
      expect(await refused(path)).toMatchObject({ status: 404, code: 'not-found' });
    },
  );

  it.each([
    ['PUT', '/conversations/c1', 'GET, PATCH, DELETE, HEAD'],
    ['GET', '/chat', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/chat', 'POST'],
    ['PROPFIND', '/models', 'GET, HEAD'],
  ])('does not take %s %s', async (method, path, allow) => {
    const found = await refused(path, { method });
    expect(found).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(found.response.headers.get('allow')).toBe(allow);
  });
});

describe('failures of the host', () => {
  it.each([
    'unknown-model',
    'nothing-to-continue',
    'conversation-not-found',
    'conversation-busy',
    'stopping',
    'store-unavailable',
    'overloaded',
  ] as const)('tells %s with its status and words', async (code) => {
    const { url, conversations } = await startTransport();
    const failure = new CodedError(code, { message: 'The words.', hint: 'A secret.' });
    conversations.failNext('startTurn', failure);
    const response = await post(`${url}/chat`, { message: 'x' });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ ...codes[code], code, detail: 'The words.' });
    expect(text).not.toContain('secret');
    if (response.status === 503) expect(response.headers.get('retry-after')).toBe('1');
  });

  test('tells queue-full', async () => {
    const { url, conversations } = await startTransport();
    conversations.failNext('queueMessage', new CodedError('queue-full', { message: 'Full.' }));
    const response = await post(`${url}/conversations/c1/queue`, { message: 'x' });
    expect(await response.json()).toMatchObject({ status: 429, code: 'queue-full' });
  });

  it.each([
    new Error('the password is hunter2'),
    new CodedError('stale-epoch', { message: 'the password is hunter2' }),
  ])('says nothing of %s, and logs it', async (failure) => {
    const { url, conversations, records } = await startTransport();
    conversations.failNext('get', failure);
    const response = await fetch(`${url}/conversations/c1`);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' });
    expect(text).not.toContain('hunter2');
    expect(records).toMatchObject([
      { type: 'log', level: 'error', attributes: { route: '/conversations/:id' } },
    ]);
  });
});

describe('what is no HTTP', () => {
  test('is answered and closed', async () => {
    const { port } = await startTransport();
    expect(await sendBytes(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const endless = `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await sendBytes(port, endless)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('two lengths in one request are refused', async () => {
    const { port } = await startTransport();
    const head = `POST /chat HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    const smuggled = `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await sendBytes(port, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
