import { type ChildProcess, spawn } from 'node:child_process';
import { opendir } from 'node:fs/promises';
import type { CommandExit, NewCommand, RunningCommand } from '@dispatch/contracts';
import type { CommandProcesses, ProcessFamily } from './command-processes.ts';
import { markVariable } from './processes.ts';

export interface CommandSurroundings {
  readonly shell: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: CommandProcesses;
}

/** Starts a command as the leader of a process group of its own. */
export async function startCommand(
  command: NewCommand,
  { shell, environment, processes }: CommandSurroundings,
): Promise<RunningCommand> {
  const { command: what, input } = command;
  const [program, ...args] = typeof what === 'string' ? [shell, '-c', what] : what;
  const mark = processes.newMark();
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: command.cwd,
      env: { ...environment, ...command.environment, [markVariable]: mark },
      // A group, and a session, of its own: it can be stopped as a whole, and has no terminal.
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return neverStarted(error, command.cwd);
  }
  if (child.pid === undefined) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    child.once('error', resolve);
    return neverStarted(await promise, command.cwd);
  }
  const family = processes.started(child.pid, mark);
  return follow(child, command, family);
}

/** What a child process does, told as the contract has it. */
function follow(child: ChildProcess, command: NewCommand, family: ProcessFamily): RunningCommand {
  const { promise: exited, resolve: exit } = Promise.withResolvers<CommandExit>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const { stdin, stdout, stderr } = child;
  let isEnded = false;

  // What goes wrong with a process that runs is told by its exit.
  child.on('error', () => {});
  child.once('exit', (code, signal) => {
    family.leaderExited();
    exit(code === null ? { signal: signal ?? 'a signal' } : { code });
  });
  child.once('close', () => close());
  for (const [name, pipe] of [['stdout', stdout] as const, ['stderr', stderr] as const]) {
    pipe?.on('data', (bytes: Buffer) => {
      if (!isEnded) command.onOutput(name, bytes);
    });
    // A pipe that fails has nothing more to say; the exit tells the rest.
    pipe?.on('error', () => {});
  }
  // The command need not read what it is given.
  stdin?.on('error', () => {});
  stdin?.end(command.input);

  return {
    exited,
    closed,
    setReading(isReading) {
      for (const pipe of [stdout, stderr]) isReading ? pipe?.resume() : pipe?.pause();
    },
    hasLeft: () => family.hasLeft(),
    async end() {
      isEnded = true;
      await family.end();
      await exited;
      stdout?.destroy();
      stderr?.destroy();
    },
  };
}

/** A start that fails names the program, whatever was wrong: rejects where the folder is at fault. */
async function neverStarted(error: unknown, cwd: string): Promise<RunningCommand> {
  await (await opendir(cwd)).close();
  const failure = error instanceof Error ? error.message : String(error);
  return {
    exited: Promise.resolve({ failure }),
    closed: Promise.resolve(),
    setReading: () => {},
    hasLeft: async () => false,
    end: async () => {},
  };
}
