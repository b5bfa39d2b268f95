import { type FakeCommand, fakeComputer, fakeFiles, virtualRuntime } from '@dispatch/conformance';
import type { JsonValue } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { describe, expect, it } from 'vitest';
import { createGrepTool } from '../grep.ts';

/** A computer with a ripgrep that finds one file and then goes on for ever. */
function endlessComputer() {
  const ended: string[] = [];
  const { promise: searching, resolve: search } = Promise.withResolvers<void>();
  const computer = fakeComputer({
    files: { '/src/a.ts': 'one\n' },
    async play({ command, print, ended: end }: FakeCommand) {
      const program = command[0] ?? '';
      if (program === 'sh') print('ripgrep 14.1.0\n\0');
      if (program === 'xargs') print('./a.ts\x001:one\n');
      if (program !== 'rg') return { code: 0 };
      print('./a.ts\0');
      search();
      await end;
      ended.push(program);
      return { code: 143 };
    },
  });
  return { computer, searching, ended };
}

describe('a search that does not end by itself', () => {
  const begin = (input: JsonValue) => {
    const { computer, searching, ended } = endlessComputer();
    const runtime = virtualRuntime();
    const controller = new AbortController();
    const call = createGrepTool({ files: fakeFiles(computer), runtime }).prepare(input);
    if (!call.ok) throw new Error(call.message);
    const running = call.run(fakeToolContext({ signal: controller.signal, cwd: '/src' }));
    return { running, searching, ended, controller, runtime, computer };
  };

  it('ends at once when the call is aborted', async () => {
    const { running, searching, ended, controller, computer } = begin({ pattern: 'one' });
    await searching;
    controller.abort();
    const { isError, content } = await running;
    expect([isError, content[0]]).toMatchObject([
      true,
      { text: expect.stringMatching(/^Aborted/) },
    ]);
    expect(ended).toEqual(['rg']);
    expect(computer.spawned).toHaveLength(2);
  });

  it('tells what was found when its time is up, and that this is not all', async () => {
    const { running, searching, ended, runtime } = begin({ pattern: 'one' });
    await searching;
    await runtime.advance(60_000);
    expect(await running).toEqual({
      content: [
        { type: 'text', text: 'a.ts\n1:one\n' },
        { type: 'text', text: '[Not all was searched: it took too long. Name a folder as path.]' },
      ],
    });
    expect(ended).toEqual(['rg']);
  });
});

describe('what a computer says no to', () => {
  const run = async (play: (command: FakeCommand) => { readonly code: number }) => {
    const computer = fakeComputer({ files: { '/src/a.ts': 'one\n' }, play });
    const tool = createGrepTool({ files: fakeFiles(computer), runtime: virtualRuntime() });
    const call = tool.prepare({ pattern: 'one', output: 'files' });
    if (!call.ok) throw new Error(call.message);
    return call.run(fakeToolContext({ signal: new AbortController().signal, cwd: '/src' }));
  };

  it('is told beside what was found, by ripgrep', async () => {
    const found = await run(({ command, print }) => {
      if (command[0] === 'sh') print('ripgrep 14.1.0\n\0');
      else {
        print('./a.ts\0');
        print('rg: ./b/c: Permission denied (os error 13)\n', 'stderr');
      }
      return { code: command[0] === 'sh' ? 0 : 2 };
    });
    expect(found.content[1]).toEqual({ type: 'text', text: '[Could not be read: b/c.]' });
  });

  it('is told beside what was found, by grep', async () => {
    const found = await run(({ command, print }) => {
      if (command[0] === 'sh') print('\0');
      else if (command[2] === 'sh') print('f./a.ts\0f./b\0');
      else {
        print('./a.ts\0');
        if (command[2] === 'grep') print('grep: ./b: Permission denied\n', 'stderr');
      }
      return { code: command[2] === 'grep' ? 123 : 0 };
    });
    expect(found.content).toEqual([
      { type: 'text', text: 'a.ts\n' },
      { type: 'text', text: '[Could not be read: b.]' },
    ]);
  });

  it('is an error where nothing comes of it', async () => {
    const found = await run(({ command, print }) => {
      if (command[0] === 'sh') print('\0');
      else if (command[2] === 'sh') print('f./a.ts\0');
      else print('grep: unrecognized option: null\n', 'stderr');
      return { code: command[2] === 'grep' ? 123 : 0 };
    });
    expect(found).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/null/) }],
    });
  });
});
