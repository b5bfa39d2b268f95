import type { CommandExit, Computer, NewCommand } from '@dispatch/contracts';

/** A program that is run for what it prints. */
export interface CommandRun {
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
  readonly input?: Uint8Array;
  /** What it prints on its standard output. Return false where no more is wanted: the command ends. */
  onStdout(bytes: Uint8Array): boolean;
  /** Ends the command at once. */
  readonly signal: AbortSignal;
}

export interface CommandEnd {
  /** Undefined: it was stopped, by the signal or because no more was wanted. */
  readonly exit: CommandExit | undefined;
  /** The first 64 KiB of what it said. */
  readonly stderr: string;
}

const maxStderrBytes = 64 * 1024;

/** Messages in English, names and lines in UTF-8, no colours and no settings of whose computer it is. */
const environment: NonNullable<NewCommand['environment']> = {
  LC_ALL: 'C.UTF-8',
  GREP_OPTIONS: '',
  GREP_COLORS: '',
};

/**
 * Runs a program to its end, or until nobody wants more of it: then its processes are ended, and
 * nobody waits for that. Rejects as `Computer.spawn` does.
 */
export async function runCommand(computer: Computer, run: CommandRun): Promise<CommandEnd> {
  const { signal } = run;
  const said: Uint8Array[] = [];
  let saidBytes = 0;
  let isStopped = signal.aborted;
  if (isStopped) return { exit: undefined, stderr: '' };
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const onAbort = () => {
    isStopped = true;
    stop();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const starting = computer.spawn({
      command: run.command,
      cwd: run.cwd,
      environment,
      ...(run.input === undefined ? {} : { input: run.input }),
      onOutput(stream, bytes) {
        if (isStopped) return;
        if (stream === 'stdout') {
          if (!run.onStdout(bytes)) onAbort();
        } else if (saidBytes < maxStderrBytes) {
          said.push(bytes.slice(0, maxStderrBytes - saidBytes));
          saidBytes += bytes.length;
        }
      },
    });
    // A computer that is slow to start it must not hold up who no longer waits for it.
    void starting.then(
      (command) => stopped.then(() => command.end()),
      () => {},
    );
    const over = starting.then(async (command) => {
      await command.closed;
      return command.exited;
    });
    over.catch(() => {});
    const exit = await Promise.race([over, stopped.then(() => undefined)]);
    return { exit: isStopped ? undefined : exit, stderr: Buffer.concat(said).toString('utf8') };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
