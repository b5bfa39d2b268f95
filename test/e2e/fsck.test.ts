import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startPostgres } from '../../packages/extensions/postgres-embedded/src/index.ts';
import { connectTo } from '../postgres-client.ts';
import { startHost, temporaryDataDir } from './host-process.ts';
import { chat } from './http.ts';

const cli = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
const clean: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

/** The real program, in a process of its own. */
function fsck(dataDir: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [cli, 'fsck', '--data', dataDir], { env: { PATH, HOME } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, said }));
  });
}

test('a store is checked beside its host and without it, and told what is wrong with it', async () => {
  const { dataDir, remove } = temporaryDataDir();
  clean.push(remove);
  expect((await fsck(dataDir)).said).toContain('There is no store here.');
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

  const host = await startHost({ dataDir, args: ['--approvals', 'auto'] });
  clean.push(() => (host.child.exitCode === null ? host.kill() : undefined));
  const message = JSON.stringify([
    { tool: 'shell', input: { command: 'echo hello' } },
    { next: true },
    { text: 'done' },
  ]);
  await (await chat(host.url, { conversationId: 'c', message, cwd: dataDir })).rest();
  const sound = { code: 0, said: '1 conversation, 4 chunks, 1 turn: sound\n' };
  expect(await fsck(dataDir)).toEqual(sound);

  // A turn that its host was killed in is sound, too: the next host takes it over.
  const slow = JSON.stringify([{ text: 'slow', deltas: 4, delayMs: 500 }]);
  const cut = await chat(host.url, { conversationId: 'c', message: slow });
  await cut.until('text-delta');
  await host.kill();
  expect(await fsck(dataDir)).toEqual({
    code: 0,
    said: '1 conversation, 5 chunks, 2 turns: sound\n',
  });
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);

  const server = await startPostgres({ dataDir, sleep: (ms) => wait(ms) });
  const sql = connectTo(server.database);
  await sql`update dispatch.chunks set seq = 9 where seq = 3`;
  await sql.end();
  await server.stop();
  const { code, said } = await fsck(dataDir);
  expect(code).toBe(1);
  expect(said).toContain('seq-gap');
  expect(said).toContain('repair: ');

  const again = await startHost({ dataDir });
  expect(await again.stop()).toBe(0);
});
