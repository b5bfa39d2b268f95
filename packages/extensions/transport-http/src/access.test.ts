import { describe, expect, it, test } from 'vitest';
import { send, sendBytes } from './__fixtures__/requests.ts';
import { startTransport } from './__fixtures__/start-transport.ts';

const token = 'a-token-of-some-length';
const page = 'https://console.example';

describe('without a token', () => {
  it.each(['evil.example', 'evil.example:80', 'localhost', 'localhost:1'])(
    'refuses the Host %s everywhere but where all may come in',
    async (host) => {
      const { url } = await startTransport();
      for (const path of ['/conversations', '/nothing', '/openapi.json']) {
        const found = await send(url + path, { headers: { host } });
        expect(JSON.parse(found.text)).toMatchObject({ status: 403, code: 'forbidden-origin' });
      }
      expect((await send(`${url}/health`, { headers: { host } })).status).toBe(200);
      expect((await send(`${url}/ready`, { headers: { host } })).status).toBe(200);
    },
  );

  test('knows its own names by the port that it got', async () => {
    const { url, port } = await startTransport({ options: { hosts: ['dispatch.lan'] } });
    for (const host of [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
      'dispatch.lan',
    ]) {
      expect((await send(`${url}/models`, { headers: { host } })).status).toBe(200);
    }
  });

  test('refuses pages of other origins, and does nothing for them', async () => {
    const { url, conversations } = await startTransport();
    const headers = { origin: 'http://evil.example', 'content-type': 'application/json' };
    const found = await send(`${url}/chat`, { method: 'POST', headers, body: '{"message":"x"}' });
    expect(found.status).toBe(403);
    expect(found.headers['access-control-allow-origin']).toBeUndefined();
    expect(conversations.calls).toEqual([]);
  });

  it.each([
    (port: number) => `GET /models HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil\r\n`,
    (port: number) => `GET /models HTTP/1.1\r\nHost: evil\r\nHost: localhost:${port}\r\n`,
    () => 'GET /models HTTP/1.0\r\n',
    (port: number) => `GET http://evil/models HTTP/1.1\r\nHost: localhost:${port}\r\n`,
    (port: number) =>
      `GET /models HTTP/1.1\r\nHost: evil\r\nX-Forwarded-Host: localhost:${port}\r\n`,
    (port: number) => `GET /models HTTP/1.1\r\nHost: localhost:${port}@evil\r\n`,
  ])('is not tricked by odd requests (%#)', async (head) => {
    const { port } = await startTransport();
    const text = await sendBytes(port, `${head(port)}Connection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 (400|403|404) /);
    expect(text).not.toContain('"models"');
  });
});

describe('with a token', () => {
  const open = () => startTransport({ options: { token } });

  it.each([
    undefined,
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Basic ${token}`,
    token,
    `Bearer ${token} ${token}`,
  ])('refuses %j', async (authorization) => {
    const { url, conversations } = await open();
    const headers = authorization === undefined ? {} : { authorization };
    const found = await send(`${url}/conversations`, { headers });
    expect(JSON.parse(found.text)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(found.headers['www-authenticate']).toBe('Bearer');
    expect(conversations.calls).toEqual([]);
    expect((await send(`${url}/health`, { headers })).status).toBe(200);
  });

  test('lets who has it in, whatever the Host and the Origin are', async () => {
    const { url } = await open();
    const headers = { authorization: `bearer ${token}`, host: 'evil', origin: 'http://evil' };
    expect((await send(`${url}/conversations`, { headers })).status).toBe(200);
  });

  test('asks for it before it reads a body or says what there is', async () => {
    const { url } = await open();
    const headers = { 'content-type': 'nonsense' };
    const found = await send(`${url}/chat`, { method: 'POST', headers, body: '{' });
    expect(found.status).toBe(401);
    expect((await send(`${url}/nothing`)).status).toBe(401);
  });
});

describe('pages of named origins', () => {
  const options = { token, origins: [page] };
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: page, 'access-control-request-method': 'POST' },
  };

  test('are answered with CORS, refusals too', async () => {
    const { url } = await startTransport({ options });
    const headers = { origin: page, authorization: `Bearer ${token}` };
    for (const sent of [headers, { origin: page }]) {
      const found = await send(`${url}/models`, { headers: sent });
      expect(found.headers['access-control-allow-origin']).toBe(page);
      expect(found.headers.vary).toBe('origin');
    }
  });

  test('get their preflight answered without a token', async () => {
    const { url } = await startTransport({ options });
    const found = await send(`${url}/conversations/c1`, preflight);
    expect(found.status).toBe(204);
    expect(found.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, PATCH, DELETE, HEAD',
      'access-control-allow-headers': 'authorization, content-type',
    });
  });

  test('stream with CORS, and may read the ids', async () => {
    const { url, conversations } = await startTransport({ options: { origins: [page] } });
    await conversations.startTurn({ conversationId: 'c1', message: 'x' });
    const stream = fetch(`${url}/conversations/c1/events?cursor=`, { headers: { origin: page } });
    const found = await stream;
    expect(found.headers.get('access-control-allow-origin')).toBe(page);
    expect(found.headers.get('access-control-expose-headers')).toContain('x-turn-id');
    await found.body?.cancel();
  });

  test('no other page is, not even one that looks alike', async () => {
    const { url } = await startTransport({ options });
    for (const origin of ['https://evil.example', `${page}.evil.example`, `${page}:444`, 'null']) {
      const headers = { ...preflight.headers, origin };
      const found = await send(`${url}/models`, { ...preflight, headers });
      expect(found.status).toBe(401);
      expect(found.headers['access-control-allow-origin']).toBeUndefined();
      expect(found.headers['access-control-allow-methods']).toBeUndefined();
    }
  });

  test('no preflight helps a page past a strange Host', async () => {
    const { url } = await startTransport({ options: { origins: [page] } });
    const headers = { ...preflight.headers, host: 'evil.example' };
    expect((await send(`${url}/models`, { ...preflight, headers })).status).toBe(403);
  });
});
