import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fakeExtensionContext, toolConformance, virtualRuntime } from '@dispatch/conformance';
import type { JsonValue, ToolContext } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import extension, { createShell, type Shell } from './index.ts';
import { findProcesses } from './processes.ts';

/** What the marks of this file's calls begin with. */
const mark = `shell-test-${process.pid}`;

/** Real processes need real time. */
const runtime = {
  ...virtualRuntime(),
  randomHex: () => mark,
  now: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};

const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };

function makeShell(): Shell {
  const { logger } = fakeExtensionContext();
  return createShell({ environment, shell: '/bin/sh', runtime, logger });
}

toolConformance(
  'shell',
  async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'shell-'));
    const { tool, dispose } = makeShell();
    return {
      tool,
      cwd,
      dispose: async () => {
        await dispose();
        await rm(cwd, { recursive: true });
      },
    };
  },
  {
    valid: [{ command: 'echo hello' }, { command: 'true', timeoutMs: 1000, cwd: '.' }],
    invalid: [
      {},
      'ls',
      { command: '' },
      { command: 'a\0b' },
      { command: 'ls', timeoutMs: 0 },
      { command: 'ls', timeout: 5 },
    ],
  },
);

describe('shell', () => {
  let cwd: string;
  let shell: Shell;
  beforeEach(async () => {
    cwd = await realpath(await mkdtemp(join(tmpdir(), 'shell-')));
    shell = makeShell();
  });
  afterEach(async () => {
    await shell.dispose();
    await rm(cwd, { recursive: true });
  });

  const start = (input: JsonValue, parts: Partial<ToolContext> = {}) => {
    const call = shell.tool.prepare(input);
    if (!call.ok) throw new Error(call.message);
    const context = fakeToolContext({ signal: new AbortController().signal, cwd, ...parts });
    const done = call.run(context).then(({ content, isError = false }) => ({
      isError,
      texts: content.map((part) => (part.type === 'text' ? part.text : part.type)),
    }));
    return { context, done };
  };
  const run = (command: string, more: { [key: string]: string | number } = {}) =>
    start({ command, ...more }).done;

  const until = async (context: { printed: readonly { delta: string }[] }, words: string) => {
    while (!context.printed.some(({ delta }) => delta.includes(words))) await delay(5);
  };

  const alive = () => findProcesses({ groups: [], markPrefix: `${mark}.` });

  it('returns both outputs in order, and the exit code, which is no error of the tool', async () => {
    const { texts, isError } = await run('echo out; sleep 0.05; echo err >&2; exit 3');
    expect(texts).toEqual(['out\nerr\n', 'exit code 3']);
    expect(isError).toBe(false);
    expect((await run('true')).texts).toEqual(['exit code 0']);
    expect(await run('kill -SEGV $$')).toMatchObject({
      texts: ['ended by SIGSEGV'],
      isError: true,
    });
  });

  it('streams what is printed while the command runs, whole characters only', async () => {
    const command = "printf 'caf\\303'; sleep 0.1; printf '\\251\\n'; echo no >&2; sleep 0.1";
    const { context, done } = start({ command });
    await until(context, 'é');
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    expect(isDone).toBe(false);
    await done;
    const stdout = context.printed.filter(({ stream }) => stream === 'stdout');
    expect(stdout.map(({ delta }) => delta)).toEqual(['caf', 'é\n']);
    expect(context.printed).toContainEqual({ stream: 'stderr', delta: 'no\n' });
  });

  it('gives the environment that was configured and the mark, nothing else, and an empty input', async () => {
    const { texts } = await run("tr '\\0' '\\n' < /proc/$$/environ; cat");
    const names = texts[0]
      ?.trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names?.sort()).toEqual(['DISPATCH_CALL', 'LANG', 'PATH']);
  });

  it('runs in the working folder, or below it', async () => {
    await mkdir(join(cwd, 'below'));
    expect((await run('pwd')).texts[0]).toBe(`${cwd}\n`);
    expect((await run('pwd', { cwd: 'below' })).texts[0]).toBe(`${cwd}/below\n`);
    expect(await run('pwd', { cwd: 'nowhere' })).toMatchObject({ isError: true });
  });

  it('ends when the command exits, though a grandchild keeps the pipes', async () => {
    const from = performance.now();
    const { texts } = await run('sleep 31.7 & echo started');
    expect(performance.now() - from).toBeLessThan(1000);
    expect(texts).toEqual(['started\n', expect.stringMatching(/^exit code 0; .*still running/)]);
    expect(await alive()).toHaveLength(1);
    await shell.dispose();
    expect(await alive()).toEqual([]);
  });

  it('reports an abort within 100 ms with what was printed, and all is gone within 1 s', async () => {
    const controller = new AbortController();
    const command = `trap '' TERM; (setsid sh -c "trap '' TERM; sleep 32.1" &); echo before; sleep 32.1; echo after`;
    const { context, done } = start({ command }, { signal: controller.signal });
    await until(context, 'before');
    const from = performance.now();
    controller.abort();
    const { texts, isError } = await done;
    expect(performance.now() - from).toBeLessThan(100);
    expect(isError).toBe(true);
    expect(texts).toEqual(['before\n', expect.stringContaining('aborted')]);
    while ((await alive()).length > 0) await delay(20);
    expect(performance.now() - from).toBeLessThan(1000);
  });

  it('stops a command at its timeout', async () => {
    const { texts, isError } = await run('echo begun; sleep 33', { timeoutMs: 100 });
    expect(isError).toBe(true);
    expect(texts).toEqual(['begun\n', expect.stringContaining('timed out after 100 ms')]);
  });

  it('keeps the start and the end of an endless output, and streams a bounded part of it', async () => {
    const { context, done } = start({ command: 'echo first; yes 0123456789', timeoutMs: 600 });
    const { texts } = await done;
    const streamed = context.printed.reduce((sum, { delta }) => sum + delta.length, 0);
    expect(streamed).toBeLessThan(1.1 * 1024 * 1024);
    expect(context.printed.at(-1)?.delta).toContain('no longer shown');
    expect(context.printed.length).toBeLessThan(100);
    expect(texts[0]).toMatch(/^first\n/);
    expect(texts[0]?.length).toBeLessThan(11 * 1024 * 1024);
    expect(texts[0]).toMatch(/bytes left out/);
  });

  it('tells few deltas of many small writes', async () => {
    const { context, done } = start({
      command: 'i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done',
    });
    const { texts } = await done;
    expect(context.printed.map(({ delta }) => delta).join('')).toBe(texts[0]);
    expect(context.printed.length).toBeLessThan(200);
  });

  it('says what keeps a command from starting', async () => {
    shell = createShell({
      environment,
      shell: '/no/shell',
      runtime,
      logger: fakeExtensionContext().logger,
    });
    expect(await run('true')).toMatchObject({
      isError: true,
      texts: [expect.stringContaining('could not be started')],
    });
    expect((await start({ command: 'true' }, { computerId: 'build' }).done).isError).toBe(true);
  });
});

describe('the extension', () => {
  it('takes an environment and refuses unknown options by name', async () => {
    const running = await extension.setup(fakeExtensionContext(), {}, { environment: { A: 'b' } });
    expect(Object.keys(running.contributes)).toEqual(['tool']);
    await running.dispose?.();
    await expect(extension.setup(fakeExtensionContext(), {}, { env: {} })).rejects.toThrow('env');
  });
});
