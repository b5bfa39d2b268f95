import { PassThrough, Readable, Writable } from 'node:stream';
import type { Io, Terminal } from '../io.ts';
import { run } from '../run.ts';

export interface RunningCommand {
  readonly exitCode: Promise<number>;
  stdout(): string;
  stderr(): string;
  /** Ctrl-C. */
  interrupt(): void;
  /** Types a line, or any text. */
  type(text: string): void;
}

export interface RunOptions {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A person sits before it. */
  readonly isTerminal?: boolean;
  readonly cwd?: string;
  /** What is waited for does not come. */
  readonly sleepsAtOnce?: boolean;
}

/** Starts a command line in a made-up process. */
export function start(args: readonly string[], options: RunOptions = {}): RunningCommand {
  const { isTerminal = false } = options;
  const stdout = collector(isTerminal);
  const stderr = collector(isTerminal);
  const typed = new PassThrough();
  const listeners = new Set<() => void>();
  const io: Io = {
    args,
    env: { ...(options.url === undefined ? {} : { DISPATCH_URL: options.url }), ...options.env },
    cwd: options.cwd ?? '/nowhere',
    stdin: isTerminal
      ? Object.assign(typed, { isTTY: true })
      : Readable.from([options.stdin ?? '']),
    stdout: stdout.stream,
    stderr: stderr.stream,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pid: process.pid,
    isAlive: (pid) => pid === 1,
    wallNow: () => 0,
    sleep: options.sleepsAtOnce === true ? async () => {} : sleep,
    // Lost connections are tried again at once.
    surroundings: { sleep: (ms, signal) => sleep(ms < 15_000 ? 1 : ms, signal) },
  };
  return {
    exitCode: run(io),
    stdout: stdout.text,
    stderr: stderr.text,
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    type: (text) => {
      typed.write(text);
    },
  };
}

/** Runs a command line to its end. */
export async function runCommand(args: readonly string[], options: RunOptions = {}) {
  const command = start(args, options);
  const exitCode = await command.exitCode;
  return { exitCode, stdout: command.stdout(), stderr: command.stderr() };
}

function collector(isTTY: boolean) {
  let text = '';
  const stream: Terminal<Writable> = Object.assign(
    new Writable({
      write(piece, _encoding, done) {
        text += piece;
        done();
      },
    }),
    { isTTY, columns: 100 },
  );
  return { stream, text: () => text };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
