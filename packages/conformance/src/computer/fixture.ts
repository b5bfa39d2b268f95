import type { CommandExit, Computer, NewCommand, Runtime } from '@dispatch/contracts';

/** A computer under test. Nobody else works in `folder`. */
export interface ComputerFixture {
  readonly computer: Computer;
  /** An empty folder on it: absolute, links resolved. */
  readonly folder: string;
  /** On Linux what left a command's group is found by its mark. */
  readonly isLinux: boolean;
  /** The value of a variable in the environment of this very process, which no command may find. */
  readonly hostSecret: string;
  /** Time as the computer has it: real, for real processes. */
  readonly runtime: Pick<Runtime, 'now' | 'sleep'>;
  /** Called once, after the last test. */
  readonly dispose?: () => Promise<void>;
}

export type MakeComputer = () => ComputerFixture | Promise<ComputerFixture>;

/** Given to each part of the suite: the fixture, there once its tests run. */
export type GetComputer = () => ComputerFixture;

let count = 0;

/** A folder that no other test uses. */
export async function newFolder({ computer, folder }: ComputerFixture): Promise<string> {
  count += 1;
  const path = `${folder}/test-${count}`;
  await make({ computer, folder }, ['mkdir', path]);
  return path;
}

/** Runs a program that has to succeed, and gives what it printed. */
export async function make(
  { computer, folder }: Pick<ComputerFixture, 'computer' | 'folder'>,
  command: NewCommand['command'],
): Promise<string> {
  const { exit, stdout, stderr } = await run(computer, { command, cwd: folder });
  if (!('code' in exit) || exit.code !== 0) {
    throw new Error(`${String(command)}: ${JSON.stringify(exit)} ${stderr.toString()}`);
  }
  return stdout.toString();
}

export interface Ran {
  readonly exit: CommandExit;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a command until nobody holds its pipes. */
export async function run(computer: Computer, command: Omit<NewCommand, 'onOutput'>): Promise<Ran> {
  const pieces: { readonly stdout: Uint8Array[]; readonly stderr: Uint8Array[] } = {
    stdout: [],
    stderr: [],
  };
  const running = await computer.spawn({
    ...command,
    // A copy: the bytes are the computer's again afterwards.
    onOutput: (stream, bytes) => void pieces[stream].push(Buffer.from(bytes)),
  });
  const exit = await running.exited;
  await running.closed;
  return { exit, stdout: Buffer.concat(pieces.stdout), stderr: Buffer.concat(pieces.stderr) };
}

/** The code that it is rejected with; `resolved` where it is not. */
export async function nodeCodeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** Waits, a little at a time, until it is so; throws after ten seconds. */
export async function until(
  { runtime }: Pick<ComputerFixture, 'runtime'>,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const from = runtime.now();
  while (!(await isSo())) {
    if (runtime.now() - from > 10_000) throw new Error('It does not come to be so.');
    await runtime.sleep(5);
  }
}

export const bytesOf = (text: string): Uint8Array => Buffer.from(text);
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Names that a shell, or who prints lists, would stumble over. */
export const strangeNames = [
  'with space',
  'two\nlines\n',
  `it's "quoted"`,
  '$(touch made) `id` $HOME',
  'back\\slash\\',
  'grüße-日本-🙂',
  '-rf',
  '--help',
  '*?[a]',
  ';&|<>#!~',
  '\ttab\r',
  '%s%n',
  '...',
];
