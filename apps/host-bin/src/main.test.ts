import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const prepare = fileURLToPath(new URL('../../../tools/prepare.mjs', import.meta.url));
let folder = '';
let children: ChildProcess[] = [];

/** Stands in for all behind the transport, so that a host is up in no time. */
const conversations = `export default {
  name: 'conversations', version: '0.1.0', apiVersion: 1, needs: [], provides: ['conversations'],
  setup: async ({ logger, signal }) => {
    logger.warn('the key is ' + process.env.MY_API_KEY);
    if (process.env.FAILS) setTimeout(() => { throw new Error('at night: ' + process.env.MY_API_KEY); });
    return {
      contributes: { conversations: { isReady: async () => true } },
      drain: () => {
        logger.warn('it drains');
        return new Promise((done) => setTimeout(done, Number(process.env.DRAIN_MS ?? 0)));
      },
    };
  },
};`;

beforeAll(() => {
  expect(spawnSync(process.execPath, [prepare]).status).toBe(0);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-main-'));
  writeFileSync(join(folder, 'conversations.mjs'), conversations);
  writeConfig({ extensions: ['./conversations.mjs', '@dispatch/transport-http'] });
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

function writeConfig(config: unknown): void {
  writeFileSync(join(folder, 'dispatch.config.json'), JSON.stringify(config));
}

function launch(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    said.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    said.error += String(chunk);
  });
  const exited = once(child, 'close').then(([code]) => ({ code, ...said }));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const url = /^dispatch ready (\S+)\n/.exec(said.out)?.[1];
      if (url !== undefined) resolve(url);
    });
    void exited.then(() => reject(new Error(`it ended: ${said.error}`)));
  });
  ready.catch(() => {});
  return { child, ready, exited, said };
}

test('it serves, says where, and leaves nothing but its id when it is told to stop', async () => {
  const { child, ready, exited } = launch(['--port=0'], { MY_API_KEY: 'hunter2-hunter2' });
  const url = await ready;
  expect(await fetch(`${url}/health`).then(({ status }) => status)).toBe(200);
  const data = join(folder, '.dispatch');
  const hostFile = join(data, 'host.json');
  expect(JSON.parse(readFileSync(hostFile, 'utf8'))).toEqual({
    pid: child.pid,
    url,
    startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(statSync(hostFile).mode & 0o777).toBe(0o600);

  const second = await launch(['--port=0']).exited;
  expect(second.code).toBe(75);
  expect(second.error).toContain(`in use by the host with pid ${child.pid}`);

  const port = new URL(url).port;
  const third = await launch(['--data', 'other', '--port', port]).exited;
  expect(third.code).toBe(75);
  expect(third.error).toContain(port);
  expect(existsSync(join(folder, 'other', 'host.json'))).toBe(false);

  child.kill('SIGTERM');
  const { code, out, error } = await exited;
  expect(code).toBe(0);
  expect(out).toBe(`dispatch ready ${url}\n`);
  expect(error).toContain('the key is [redacted]');
  expect(error).not.toContain('hunter2');
  expect(readdirSync(data)).toEqual(['host-id']);
});

test('after a kill the next host takes the folder over, under the same id', async () => {
  const first = launch(['--port=0']);
  await first.ready;
  const id = readFileSync(join(folder, '.dispatch/host-id'), 'utf8');
  first.child.kill('SIGKILL');
  await first.exited;
  const second = launch(['--port=0']);
  await second.ready;
  expect(readFileSync(join(folder, '.dispatch/host-id'), 'utf8')).toBe(id);
  second.child.kill('SIGINT');
  expect((await second.exited).code).toBe(0);
});

test('a second signal ends it at once', async () => {
  const { child, ready, exited, said } = launch(['--port=0'], { DRAIN_MS: '60000' });
  await ready;
  child.kill('SIGTERM');
  while (!said.error.includes('it drains')) await once(child.stderr, 'data');
  // Two that come at once, from a terminal and a wrapper, count as one.
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGTERM');
  expect((await exited).code).toBe(143);
  expect(existsSync(join(folder, '.dispatch/host.json'))).toBe(false);
});

test.each([
  [
    ['--prot', '1'],
    {},
    '--prot from the command line: there is no such flag; did you mean --port?',
  ],
  [[], { DISPATCH_TOKEN: 'hunter2' }, 'found a value of 7 characters'],
  [['--bind', '0.0.0.0'], {}, 'no DISPATCH_TOKEN'],
])('bad configuration %j %j: 78, and nothing is written', async (args, environment, words) => {
  const { code, out, error } = await launch(args, environment).exited;
  expect(error).toContain(words);
  expect(error).not.toContain('hunter2');
  expect(code).toBe(78);
  expect(out).toBe('');
  expect(existsSync(join(folder, '.dispatch'))).toBe(false);
});

test.each([
  [{ extensions: ['./nowhere.mjs'] }, 'extensions from'],
  [{ extensions: ['./package.json'] }, 'extensions from'],
  [{ extensions: ['@dispatch/transport-http'] }, 'needs `conversations`'],
  [{ extensions: ['./conversations.mjs', ['@dispatch/transport-http', { prot: 1 }]] }, 'prot'],
])('a list that makes no host, %j: 78, and nothing is written', async (config, words) => {
  writeConfig(config);
  const { code, error } = await launch([]).exited;
  expect(error).toContain(words);
  expect(code).toBe(78);
  expect(existsSync(join(folder, '.dispatch'))).toBe(false);
});

test('a data folder that can not be written is told by its name', async () => {
  const path = join(folder, 'conversations.mjs', 'data');
  const { code, error } = await launch(['--data', path]).exited;
  expect(code).toBe(78);
  expect(error).toContain('--data from the command line');
  expect(error).toContain(path);
});

test('what nobody catches ends it with 70, without a secret', async () => {
  const environment = { FAILS: 'yes', MY_API_KEY: 'hunter2-hunter2' };
  const { code, error } = await launch(['--port=0'], environment).exited;
  expect(code).toBe(70);
  expect(error).toContain('at night: [redacted]');
  expect(existsSync(join(folder, '.dispatch/host.json'))).toBe(false);
});
