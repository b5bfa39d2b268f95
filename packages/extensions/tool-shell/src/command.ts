import { type ChildProcess, spawn } from 'node:child_process';

/** What a command is started with. */
export interface CommandOptions {
  readonly shell: string;
  readonly command: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void;
}

export type Exit =
  | { readonly code: number }
  | { readonly signal: string }
  /** It never started. */
  | { readonly failure: string };

/** A running command, the leader of a process group of its own. */
export interface Command {
  /** Of the command and of its group; undefined where it never started. */
  readonly pid: number | undefined;
  /** Resolves when the command itself is over, whoever still holds its pipes. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Resolves when nobody holds its pipes and all that was printed is read. Never rejects. */
  readonly closed: Promise<void>;
  /** Stops and goes on reading what it prints; while stopped, a command that prints much waits. */
  setReading(isReading: boolean): void;
  /** Lets go of the pipes. */
  close(): void;
}

/** Starts a command with nothing on its standard input. */
export function startCommand(options: CommandOptions): Command {
  const { promise: exited, resolve: exit } = Promise.withResolvers<Exit>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let child: ChildProcess;
  try {
    child = spawn(options.shell, ['-c', options.command], {
      cwd: options.cwd,
      env: options.environment,
      // A group, and a session, of its own: it can be stopped as a whole, and has no terminal.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    exit({ failure: messageOf(error) });
    close();
    return { pid: undefined, exited, closed, setReading: () => {}, close: () => {} };
  }
  child.once('error', (error) => {
    exit({ failure: error.message });
    if (child.pid === undefined) close();
  });
  child.once('exit', (code, signal) => {
    exit(code === null ? { signal: signal ?? 'a signal' } : { code });
  });
  child.once('close', () => close());
  const { stdout, stderr } = child;
  stdout?.on('data', (bytes: Buffer) => options.onOutput('stdout', bytes));
  stderr?.on('data', (bytes: Buffer) => options.onOutput('stderr', bytes));
  // A pipe that fails has nothing more to say; the exit tells the rest.
  stdout?.on('error', () => {});
  stderr?.on('error', () => {});
  return {
    pid: child.pid,
    exited,
    closed,
    setReading(isReading) {
      for (const pipe of [stdout, stderr]) isReading ? pipe?.resume() : pipe?.pause();
    },
    close() {
      stdout?.destroy();
      stderr?.destroy();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
