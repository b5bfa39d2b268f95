import { describe, expect, it } from 'vitest';
import { computerFilesConformance } from '../computer-conformance.ts';
import { virtualRuntime } from '../runtime/virtual-runtime.ts';
import { type FakeCommand, type FakeComputer, fakeComputer } from './fake-computer.ts';
import { run } from './fixture.ts';

/** The few programs that the suite of files needs. */
function playPrograms(computer: () => FakeComputer, { command, print }: FakeCommand) {
  const [program, ...args] = typeof command === 'string' ? [command] : command;
  const path = args.at(-1) ?? '';
  switch (program) {
    case 'mkdir':
      computer().addFolder(path);
      break;
    case 'mkfifo':
      computer().addOther(path);
      break;
    case 'ln':
      computer().addLink(path, args.at(-2) ?? '');
      break;
    case 'cp':
      void computer().writeFile(path, new Uint8Array());
      break;
    case 'chmod':
      computer().mode(path, Number.parseInt(args[0] ?? '', 8));
      break;
    case 'ls':
      print(`-${lettersOf(computer().mode(path))} ${path}\n`);
      break;
    case 'id':
      print('0\n');
      break;
    default:
      return { code: 127 };
  }
  return { code: 0 };
}

const lettersOf = (mode: number) =>
  [...'rwxrwxrwx'].map((letter, bit) => (mode & (0o400 >> bit) ? letter : '-')).join('');

computerFilesConformance('fake computer', () => {
  const computer: FakeComputer = fakeComputer({
    play: (command) => playPrograms(() => computer, command),
  });
  computer.addFolder('/project');
  return {
    computer,
    folder: '/project',
    isLinux: false,
    hostSecret: 'unused',
    runtime: virtualRuntime(),
  };
});

describe('fakeComputer', () => {
  it('plays commands, and notes them', async () => {
    const computer = fakeComputer({
      files: { '/src/a.txt': 'hello' },
      play: ({ command, print, input }) => {
        print(`${String(command)} of ${input?.length} bytes`);
        print('oh', 'stderr');
        return { code: 2 };
      },
    });
    const ran = await run(computer, { command: 'wc', cwd: '/src', input: Buffer.from('123') });
    expect(ran).toEqual({
      exit: { code: 2 },
      stdout: Buffer.from('wc of 3 bytes'),
      stderr: Buffer.from('oh'),
    });
    expect(computer.spawned.map(({ command }) => command)).toEqual(['wc']);
    await expect(run(computer, { command: 'wc', cwd: '/no' })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('ends a command that is played for ever', async () => {
    let told = '';
    const computer = fakeComputer({
      play: async ({ print, ended }) => {
        print('begun');
        await ended;
        print('late');
        return { code: 0 };
      },
    });
    const running = await computer.spawn({
      command: 'sleep',
      cwd: '/home/user',
      onOutput: (_, bytes) => {
        told += Buffer.from(bytes).toString();
      },
    });
    await Promise.resolve();
    await running.end();
    expect(await running.exited).toEqual({ signal: 'SIGTERM' });
    await running.closed;
    expect(told).toBe('begun');
  });
});
