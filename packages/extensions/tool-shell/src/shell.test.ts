import { extensionConformance, fakeComputer, toolConformance } from '@dispatch/conformance';
import type { CommandExit, Computer } from '@dispatch/contracts';
import type { ToolContext } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { describe, expect, it } from 'vitest';
import { listOf, makeShell, never } from './__fixtures__/fake-shell.ts';
import extension, { createShellTool } from './index.ts';

toolConformance('shell', () => ({ tool: makeShell(() => ({ code: 0 })).tool, cwd: '/project' }), {
  valid: [
    { command: 'echo hello' },
    { command: 'true', timeoutMs: 1000, cwd: '.' },
    { command: 'true', background: true },
  ],
  invalid: [
    {},
    'ls',
    { command: '' },
    { command: 'a\0b' },
    { command: 'ls', timeoutMs: 0 },
    { command: 'ls', timeout: 5 },
    { command: 'ls', waitMs: 5 },
    { command: 'ls', background: true, timeoutMs: 5 },
  ],
});

describe('shell', () => {
  it('returns both outputs in order, and the exit code, which is no error of the tool', async () => {
    const { start } = makeShell(({ print }) => {
      print('out\n');
      print('err\n', 'stderr');
      return { code: 3 };
    });
    const { context, done } = start({ command: 'make' });
    expect(await done).toEqual({ texts: ['out\nerr\n', 'exit code 3'], isError: false });
    expect(context.printed).toEqual([
      { stream: 'stdout', delta: 'out\n' },
      { stream: 'stderr', delta: 'err\n' },
    ]);
  });

  it('says how a command ended that did not exit', async () => {
    const endOf = (exit: CommandExit) => makeShell(() => exit).start({ command: 'x' }).done;
    expect(await endOf({ signal: 'SIGSEGV' })).toEqual({
      texts: ['ended by SIGSEGV'],
      isError: true,
    });
    expect(await endOf({ failure: 'no shell' })).toEqual({
      texts: ['the command failed: no shell'],
      isError: true,
    });
  });

  it('streams while the command runs, whole characters only', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const bytes = Buffer.from('café\n');
    const { start, runtime } = makeShell(async ({ print }) => {
      print(bytes.subarray(0, 4));
      await gate;
      print(bytes.subarray(4));
      return { code: 0 };
    });
    const { context, done } = start({ command: 'x' });
    await runtime.advance(100);
    expect(context.printed.map(({ delta }) => delta)).toEqual(['caf']);
    open();
    expect((await done).texts[0]).toBe('café\n');
    expect(context.printed.map(({ delta }) => delta).join('')).toBe('café\n');
  });

  it('runs in the working folder, or below it, or at home', async () => {
    const { start, computer } = makeShell(() => ({ code: 0 }));
    await start({ command: 'one' }).done;
    await start({ command: 'two', cwd: 'below' }).done;
    await start({ command: 'three', cwd: '/' }).done;
    const { tool } = makeShell(() => ({ code: 0 }));
    expect(tool.subjectOf?.({ command: 'rm -rf x' })).toEqual({ command: 'rm -rf x' });
    expect(computer.spawned.map(({ cwd }) => cwd)).toEqual(['/project', '/project/below', '/']);
    expect(await start({ command: 'x', cwd: 'nowhere' }).done).toEqual({
      isError: true,
      texts: [expect.stringContaining('ENOENT')],
    });
  });

  it('runs at home where the conversation has no folder, and where it is told to', async () => {
    const { runtime, logger } = makeShell(() => ({ code: 0 }));
    const play = () => ({ code: 0 });
    const here = fakeComputer({ play });
    const there = fakeComputer({ play, computerId: 'build', homeFolder: '/home/builder' });
    const tool = createShellTool({ computers: listOf(here, there), runtime, logger });
    const run = async (parts: Partial<ToolContext>) => {
      const call = tool.prepare({ command: 'x' });
      if (!call.ok) throw new Error(call.message);
      return call.run(fakeToolContext({ signal: new AbortController().signal, ...parts }));
    };
    await run({});
    await run({ computerId: 'build' });
    expect(here.spawned.map(({ cwd }) => cwd)).toEqual(['/home/user']);
    expect(there.spawned.map(({ cwd }) => cwd)).toEqual(['/home/builder']);
    expect(await run({ computerId: 'gone' })).toEqual({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('knows no computer "gone"') }],
    });
  });

  it('ends when the command exits, though a process that it left keeps the pipes', async () => {
    const { computer, runtime, logger } = makeShell(({ print }) => {
      print('started\n');
      return { code: 0 };
    });
    const spawn: Computer['spawn'] = async (command) => ({
      ...(await computer.spawn(command)),
      closed: never,
      hasLeft: async () => true,
    });
    const tool = createShellTool({ computers: listOf({ ...computer, spawn }), runtime, logger });
    const call = tool.prepare({ command: 'server &' });
    if (!call.ok) throw new Error(call.message);
    const done = call.run(
      fakeToolContext({ signal: new AbortController().signal, cwd: '/project' }),
    );
    await runtime.advance(100);
    expect((await done).content.at(-1)).toEqual({
      type: 'text',
      text: 'exit code 0; processes that it started are still running',
    });
  });

  it('reports an abort with what was printed, and ends the command', async () => {
    let isEnded = false;
    const { start, runtime } = makeShell(async ({ print, ended }) => {
      print('before\n');
      await ended;
      isEnded = true;
      return { code: 0 };
    });
    const controller = new AbortController();
    const { done } = start({ command: 'x' }, { signal: controller.signal });
    await runtime.advance(100);
    controller.abort();
    expect(await done).toEqual({
      isError: true,
      texts: ['before\n', expect.stringContaining('aborted')],
    });
    await runtime.advance(0);
    expect(isEnded).toBe(true);
  });

  it('ends a command that its abort met at its start', async () => {
    const { computer, runtime, logger } = makeShell(() => never);
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let ends = 0;
    const spawn: Computer['spawn'] = async (command) => {
      await gate;
      const running = await computer.spawn(command);
      const end = async () => {
        ends += 1;
      };
      return { ...running, end };
    };
    const tool = createShellTool({ computers: listOf({ ...computer, spawn }), runtime, logger });
    const call = tool.prepare({ command: 'x' });
    if (!call.ok) throw new Error(call.message);
    const controller = new AbortController();
    const done = call.run(fakeToolContext({ signal: controller.signal, cwd: '/project' }));
    await runtime.advance(10);
    controller.abort();
    expect((await done).isError).toBe(true);
    open();
    await runtime.advance(0);
    expect(ends).toBe(1);
  });

  it('stops a command at its timeout', async () => {
    let isEnded = false;
    const { start, runtime } = makeShell(async ({ print, ended }) => {
      print('begun');
      await ended;
      isEnded = true;
      return { code: 0 };
    });
    const { done } = start({ command: 'x', timeoutMs: 100 });
    await runtime.advance(100);
    expect(await done).toEqual({
      isError: true,
      texts: ['begun\n', expect.stringContaining('timed out after 100 ms')],
    });
    await runtime.advance(0);
    expect(isEnded).toBe(true);
  });

  it('keeps the start and the end of an endless output, and streams a bounded part of it', async () => {
    const lines = '0123456789\n'.repeat(10_000);
    const { start, runtime } = makeShell(async ({ print }) => {
      print('first\n');
      for (let count = 0; count < 200; count += 1) {
        print(lines);
        await Promise.resolve();
      }
      print('last\n');
      return { code: 0 };
    });
    const { context, done } = start({ command: 'x' });
    await runtime.advance(10_000);
    const { texts } = await done;
    const streamed = context.printed.reduce((sum, { delta }) => sum + delta.length, 0);
    expect(streamed).toBeLessThan(1.1 * 1024 * 1024);
    expect(context.printed.at(-1)?.delta).toContain('no longer shown');
    expect(context.printed.length).toBeLessThan(100);
    expect(texts[0]).toMatch(/^first\n/);
    expect(texts[0]).toMatch(/last\n$/);
    expect(texts[0]).toMatch(/bytes left out/);
    expect(texts[0]?.length).toBeLessThan(11 * 1024 * 1024);
  });

  it('lets a command wait that prints faster than 50 MiB a second', async () => {
    const { computer, runtime, logger } = makeShell(async ({ print, ended }) => {
      print(new Uint8Array(1024 * 1024));
      await ended;
      return { code: 0 };
    });
    const readings: boolean[] = [];
    const spawn: Computer['spawn'] = async (command) => ({
      ...(await computer.spawn(command)),
      setReading: (isReading) => void readings.push(isReading),
    });
    const tool = createShellTool({ computers: listOf({ ...computer, spawn }), runtime, logger });
    const call = tool.prepare({ command: 'yes', timeoutMs: 1000 });
    if (!call.ok) throw new Error(call.message);
    const done = call.run(
      fakeToolContext({ signal: new AbortController().signal, cwd: '/project' }),
    );
    await runtime.advance(10);
    expect(readings).toEqual([false]);
    await runtime.advance(1000);
    expect(readings).toEqual([false, true]);
    await done;
  });

  it('tells few deltas of many small writes', async () => {
    const { start, runtime } = makeShell(async ({ print }) => {
      for (let count = 0; count < 2000; count += 1) {
        print(`${count}\n`);
        await Promise.resolve();
      }
      return { code: 0 };
    });
    const { context, done } = start({ command: 'x' });
    await runtime.advance(1000);
    expect(context.printed.map(({ delta }) => delta).join('')).toBe((await done).texts[0]);
    expect(context.printed.length).toBeLessThan(200);
  });
});

describe('shell in the background', () => {
  it('leaves a command running after its wait, and says how to go on', async () => {
    const { start, started, runtime } = makeShell(() => never);
    const { context, done } = start(
      { command: 'serve', background: true, waitMs: 50 },
      { callId: 'call-7', conversationId: 'c' },
    );
    await runtime.advance(50);
    expect(await done).toEqual({
      isError: false,
      texts: ['up\n', expect.stringMatching(/background as command-1: command_output/)],
    });
    expect(context.printed).toEqual([{ stream: 'stdout', delta: 'up\n' }]);
    expect(started).toMatchObject([
      { command: 'serve', cwd: '/project', callId: 'call-7', conversationId: 'c' },
    ]);
    expect(started[0]?.isStopped()).toBe(false);
  });

  it('tells of one that is over meanwhile as of any other', async () => {
    const { start } = makeShell(() => never);
    const { done } = start({ command: 'true', background: true });
    expect(await done).toEqual({ isError: false, texts: ['up\n', 'exit code 0'] });
  });

  it('is stopped by an abort of the call', async () => {
    const { start, started, runtime } = makeShell(() => never);
    const controller = new AbortController();
    const { done } = start(
      { command: 'serve', background: true, waitMs: 5000 },
      { signal: controller.signal },
    );
    await runtime.advance(10);
    controller.abort();
    expect((await done).isError).toBe(true);
    expect(started[0]?.isStopped()).toBe(true);
  });

  it('is refused where nothing keeps it', async () => {
    const { computer, runtime, logger } = makeShell(() => ({ code: 0 }));
    const tool = createShellTool({ computers: listOf(computer), runtime, logger });
    const call = tool.prepare({ command: 'serve', background: true });
    if (!call.ok) throw new Error(call.message);
    const result = await call.run(fakeToolContext({ signal: new AbortController().signal }));
    expect(result.isError).toBe(true);
    expect(computer.spawned).toEqual([]);
  });
});

extensionConformance('tool-shell', extension, () => ({
  needed: { computer: listOf(fakeComputer()) },
}));
