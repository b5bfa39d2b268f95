import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type HostProcess,
  readHostFile,
  runHost,
  startHost,
  temporaryDataDir,
} from './host-process.ts';
import { chat, request, stream, text, types } from './http.ts';

const clean: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

function freshData(): string {
  const { dataDir, remove } = temporaryDataDir();
  clean.push(remove);
  return dataDir;
}

async function start(dataDir: string, args: readonly string[] = []): Promise<HostProcess> {
  const host = await startHost({ dataDir, args: ['--approvals', 'auto', ...args] });
  clean.push(() =>
    host.child.exitCode === null && host.child.signalCode === null ? host.stop() : 0,
  );
  return host;
}

const message = JSON.stringify([
  { text: 'one ' },
  { tool: 'shell', input: { command: 'echo ran >> ran.txt' } },
  { next: true },
  { text: 'two three four', deltas: 14, delayMs: 60 },
]);

test('a host that is killed in mid-answer goes on after its restart, and no call runs twice', async () => {
  const dataDir = freshData();
  const first = await start(dataDir);
  const turn = await chat(first.url, { conversationId: 'c', message, cwd: dataDir });
  const committed = (await turn.until('step-complete')).at(-1);
  await turn.until('text-delta');
  await first.kill();

  const second = await start(dataDir);
  expect((await request(`${second.url}/ready`, 'GET')).status).toBe(200);
  const rest = await stream(
    `${second.url}/conversations/c/events?cursor=${turn.turnId}:${committed?.n}`,
  );
  const events = await rest.rest();
  expect(types(events)[0]).toBe('step-reset');
  expect(text(events)).toBe('two three four');
  expect(events.at(-1)).toMatchObject({ type: 'turn-sealed' });
  expect(Number(events[0]?.n) % 2 ** 32).toBe(0);
  expect(readFileSync(join(dataDir, 'ran.txt'), 'utf8')).toBe('ran\n');
  const { body } = await request(`${second.url}/conversations/c/messages`, 'GET');
  const chunks = body.chunks as { seq: number; chunk: { type: string } }[];
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  expect(chunks.map(({ chunk }) => chunk.type)).toEqual([
    'text',
    'text',
    'tool-call',
    'tool-result',
    'text',
  ]);
});

test('SIGTERM leaves the turn resumable and the folder clean; the next start goes on', async () => {
  const dataDir = freshData();
  const host = await start(dataDir);
  expect(readHostFile(dataDir)).toMatchObject({ pid: host.child.pid, url: host.url });
  expect(statSync(join(dataDir, 'host.json')).mode & 0o777).toBe(0o600);
  const turn = await chat(host.url, { conversationId: 'c', message, cwd: dataDir });
  await turn.until('tool-call');
  expect(await host.stop()).toBe(0);
  expect(existsSync(join(dataDir, 'host.json'))).toBe(false);
  const next = await start(dataDir);
  await expect
    .poll(
      async () => {
        const { body } = await request(`${next.url}/conversations/c/messages`, 'GET');
        return body.activeTurn === null ? JSON.stringify(body) : '';
      },
      { timeout: 10_000 },
    )
    .toContain('two three four');
  expect(readFileSync(join(dataDir, 'ran.txt'), 'utf8')).toBe('ran\n');
});

test('queued messages survive a kill', async () => {
  const dataDir = freshData();
  const host = await start(dataDir);
  const turn = await chat(host.url, {
    conversationId: 'c',
    message: JSON.stringify([{ text: 'slow', deltas: 4, delayMs: 200 }]),
  });
  await turn.until('text-delta');
  await request(`${host.url}/conversations/c/queue`, 'POST', { message: 'waiting' });
  await host.kill();
  const next = await start(dataDir);
  await expect
    .poll(
      async () => {
        const { body } = await request(`${next.url}/conversations/c/messages`, 'GET');
        return body.activeTurn === null ? JSON.stringify(body) : '';
      },
      { timeout: 10_000 },
    )
    .toContain('You said: waiting');
});

test('a second host on the same folder, and one on the same port, end with 75', async () => {
  const dataDir = freshData();
  const host = await start(dataDir);
  const second = await runHost({ dataDir });
  expect(second).toMatchObject({ code: 75, stdout: '' });
  expect(second.stderr).toContain(String(host.child.pid));
  const port = new URL(host.url).port;
  const third = await runHost({ dataDir: freshData(), args: ['--port', port] });
  expect(third.code).toBe(75);
  expect(third.stderr).toContain(port);
});

test.each([
  [['--prot', '1'], {}, '--port'],
  [['--port', 'x'], {}, '--port'],
  [['--bind', '0.0.0.0'], {}, 'DISPATCH_TOKEN'],
  [[], { DISPATCH_TOKEN: 'short' }, 'DISPATCH_TOKEN'],
  [[], { DISPATCH_PROT: '1' }, 'DISPATCH_PORT'],
  [[], { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
])('bad configuration %j %j ends with 78 and names %s', async (args, environment, named) => {
  const dataDir = join(freshData(), 'not-made');
  const ended = await runHost({ dataDir, args, environment, cwd: join(dataDir, '..') });
  expect(ended).toMatchObject({ code: 78, stdout: '' });
  expect(ended.stderr).toContain(named);
  expect(ended.stderr).not.toContain('short');
  expect(existsSync(dataDir)).toBe(false);
});
