import type { IncomingMessage } from 'node:http';
import type { Upgrade } from '@dispatch/contracts';
import { expect, it, test } from 'vitest';
import { sendBytes } from '../__fixtures__/requests.ts';
import { startTransport } from '../__fixtures__/start-transport.ts';

const token = 'a-token-of-some-length';

async function open(options: Readonly<Record<string, unknown>> = {}) {
  const handed: IncomingMessage[] = [];
  let closes = 0;
  const upgrade: Upgrade = {
    path: '/ws',
    subprotocol: 'dispatch.v1',
    handle(request, socket) {
      handed.push(request);
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    },
    async close() {
      closes += 1;
    },
  };
  const started = await startTransport({
    options,
    upgrades: [{ extension: 'test', value: upgrade }],
  });
  const ask = (headers: Readonly<Record<string, string>>, path = '/ws') => {
    const all = {
      Host: `127.0.0.1:${started.port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return sendBytes(started.port, `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  };
  return { ...started, handed, ask, closes: () => closes };
}

const offer = { 'Sec-WebSocket-Protocol': 'dispatch.v1' };

test('a connection that may come in is handed over, parameters or not', async () => {
  const { ask, handed } = await open();
  expect(await ask(offer)).toMatch(/^HTTP\/1\.1 101 /);
  expect(await ask(offer, '/ws?x=1')).toMatch(/^HTTP\/1\.1 101 /);
  expect(handed).toHaveLength(2);
});

test('a page has the token in a subprotocol, anyone else in a header', async () => {
  const { ask, handed } = await open({ token });
  const both = { 'Sec-WebSocket-Protocol': `dispatch.v1, bearer.${token}`, Host: 'evil' };
  expect(await ask(both)).toMatch(/^HTTP\/1\.1 101 /);
  expect(await ask({ ...offer, Authorization: `Bearer ${token}` })).toMatch(/^HTTP\/1\.1 101 /);
  expect(handed).toHaveLength(2);
});

it.each([
  [{ token }, offer, 401, 'unauthorized'],
  [{ token }, { 'Sec-WebSocket-Protocol': `dispatch.v1, bearer.${token}x` }, 401, 'unauthorized'],
  [{}, { ...offer, Host: 'evil.example' }, 403, 'forbidden-origin'],
  [{}, { ...offer, Origin: 'http://evil.example' }, 403, 'forbidden-origin'],
  [{}, {}, 400, 'invalid-input'],
  [{}, { 'Sec-WebSocket-Protocol': 'other' }, 400, 'invalid-input'],
])('with %j and %j it is refused properly', async (options, headers, status, code) => {
  const { ask, handed } = await open(options);
  const text = await ask(headers);
  expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(text).toContain('application/problem+json');
  expect(text).toContain(`"code":"${code}"`);
  expect(handed).toEqual([]);
});

test('another path is a usual request, whatever it would like to be', async () => {
  const { ask, url } = await open();
  expect(await ask({ Connection: 'Upgrade, close' }, '/health')).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask({ Connection: 'Upgrade, close' }, '/nothing')).toMatch(/^HTTP\/1\.1 404 /);
  const plain = await fetch(`${url}/ws`);
  expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
});

test('a client that goes away while it is refused harms nobody', async () => {
  const { port, url } = await open({ token });
  const { connect } = await import('node:net');
  for (let index = 0; index < 20; index += 1) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
      socket.resetAndDestroy();
    });
    socket.on('error', () => {});
    await new Promise((resolve) => socket.on('close', resolve));
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('the end of the transport ends what it handed over', async () => {
  const { transport, closes } = await open();
  await transport.close();
  expect(closes()).toBe(1);
});
