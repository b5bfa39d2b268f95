import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request } from './http.ts';

const token = 'abcdefghijklmnop.QRST~1234';
const secret = 'sk-not-to-be-seen-0123456789';
const data = temporaryDataDir();
let host: HostProcess;
let open: HostProcess;
const openData = temporaryDataDir();

beforeAll(async () => {
  [host, open] = await Promise.all([
    startHost({
      dataDir: data.dataDir,
      args: ['--approvals', 'auto'],
      environment: { DISPATCH_TOKEN: token, SOME_API_KEY: secret },
    }),
    startHost({ dataDir: openData.dataDir }),
  ]);
});

afterAll(async () => {
  await Promise.all([host.stop(), open.stop()]);
  data.remove();
  openData.remove();
});

test('with a token, who has none stays out; health and ready are open', async () => {
  expect(await request(`${host.url}/models`, 'GET')).toMatchObject({
    status: 401,
    body: { code: 'unauthorized' },
  });
  const wrong = { authorization: `Bearer ${token}x` };
  expect((await request(`${host.url}/models`, 'GET', undefined, wrong)).status).toBe(401);
  const right = { authorization: `Bearer ${token}` };
  expect((await request(`${host.url}/models`, 'GET', undefined, right)).status).toBe(200);
  for (const path of ['/health', '/ready']) {
    expect((await request(`${host.url}${path}`, 'GET')).status).toBe(200);
  }
});

test('a socket brings its token as its second subprotocol', async () => {
  const connects = (protocols: string[]) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(`${host.url.replace('http', 'ws')}/ws`, protocols);
      socket.addEventListener('open', () => {
        resolve(socket.protocol === 'dispatch.v1');
        socket.close();
      });
      socket.addEventListener('error', () => resolve(false));
    });
  expect(await connects(['dispatch.v1', `bearer.${token}`])).toBe(true);
  expect(await connects(['dispatch.v1', 'bearer.wrong-wrong-wrong-wrong'])).toBe(false);
  expect(await connects(['dispatch.v1'])).toBe(false);
});

test('without a token a name that is not the host’s own stays out, whatever it resolves to', async () => {
  const statusFor = (name: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(open.url);
      const asked = httpRequest(
        { host: '127.0.0.1', port, path: '/models', headers: { host: name } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  const { port } = new URL(open.url);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusFor(`evil.example:${port}`)).toBe(403);
  expect(await statusFor('localhost:1')).toBe(403);
});

test('a secret of the environment appears in no event, no history and no journal', async () => {
  const { readdirSync, readFileSync } = await import('node:fs');
  const { join } = await import('node:path');
  const authorization = `Bearer ${token}`;
  const half = secret.length / 2;
  const command = `printf '%s' '${secret.slice(0, half)}'; sleep 0.05; printf '%s' '${secret.slice(half)}'; env`;
  const message = JSON.stringify([
    { tool: 'shell', input: { command } },
    { next: true },
    { text: 'ok' },
  ]);
  const turn = await chat(host.url, { message }, { authorization });
  const told = JSON.stringify((await turn.rest()).filter(({ type }) => type !== 'tool-call'));
  expect(told).toContain('[redacted]');
  expect(told).not.toContain(secret);
  expect(told).not.toContain(token);
  const { body } = await request(
    `${host.url}/conversations/${turn.conversationId}/messages`,
    'GET',
    undefined,
    { authorization },
  );
  const chunks = body.chunks as { role: string }[];
  expect(JSON.stringify(chunks.filter(({ role }) => role === 'tool'))).not.toContain(secret);
  const journal = join(data.dataDir, 'journal');
  await expect
    .poll(() =>
      readdirSync(journal)
        .map((file) => readFileSync(join(journal, file), 'utf8'))
        .join(''),
    )
    .toContain(turn.turnId);
  const written = readdirSync(journal).map((file) => readFileSync(join(journal, file), 'utf8'));
  expect(written.join('')).not.toContain(secret);
});
