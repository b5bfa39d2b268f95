import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { CommandExit, NewCommand, RunningCommand, Runtime } from '@dispatch/contracts';
import type { Connection } from '../connection/connection.ts';
import { openSession, saysNoSession } from '../sessions/session.ts';
import { commandScript } from './command-script.ts';
import { createPausableOutput } from './pausable-output.ts';
import { createToldLines } from './told-lines.ts';

/** How a start went. */
export type Start =
  | { readonly type: 'started'; readonly running: RunningCommand }
  /** The folder is not there, or may not be entered: what the computer says of it. */
  | { readonly type: 'no-folder'; readonly said: string }
  /** The connection gave no session. */
  | { readonly type: 'refused' }
  /** The session ended before the command began. */
  | { readonly type: 'failed'; readonly said: string };

/** Who is gone may not have been waited for by its parent yet. */
const overAfterMs = 2000;
/** Until it is clear whether a session ended alone or with its connection. */
const lossMs = 500;
/** How long an end waits for the computer to say how the command exited. */
const exitMs = 200;
/** What can not be ended after so long is given up. */
const endMs = 5000;

type CommandRuntime = Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;

/** Starts a command on a connection. Never rejects. */
export async function startCommand(
  connection: Connection,
  command: NewCommand,
  runtime: CommandRuntime,
): Promise<Start> {
  const nonce = runtime.randomHex(16);
  const mark = `${connection.mark}${runtime.randomHex(8)}.`;
  const child = openSession(connection.socket, commandScript(command, nonce, mark));
  child.stdin.end(command.input);

  const { promise: begun, resolve: begin } = Promise.withResolvers<number | 'refused'>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<CommandExit>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let isEnded = false;
  let hasExited = false;
  let saidOfFolder = '';

  const onLine = (line: string) => {
    const [verb, first = '', second = '-'] = line.split(' ');
    if (verb === 'refused') begin('refused');
    if (verb === 'started') begin(Number(first));
    if (verb !== 'exited') return;
    hasExited = true;
    exit(second === '-' ? { code: Number(first) } : { signal: `SIG${second.replace('SIG', '')}` });
  };
  const lines = {
    stdout: createToldLines(nonce, () => {}),
    stderr: createToldLines(nonce, onLine),
  };
  const output = createPausableOutput(
    child,
    (name, bytes) => {
      for (const piece of bytes === undefined ? [lines[name].rest()] : lines[name].take(bytes)) {
        if (piece.length === 0) continue;
        if (name === 'stderr') saidOfFolder = `${saidOfFolder}${piece}`.slice(0, 1000);
        if (!isEnded) output.tell(name, piece);
      }
    },
    command.onOutput,
  );

  const describeEnd = async (): Promise<CommandExit> => {
    if (!isEnded && !connection.isLost()) await within(lossMs, connection.lost, runtime);
    if (connection.isLost()) return { failure: connection.whyLost().message };
    // The session's own process leads the group, and was ended with it.
    return { signal: 'SIGKILL' };
  };
  const ended = endOf(child).then(async () => {
    if (!hasExited) exit(await describeEnd());
    close();
  });

  const first = await Promise.race([begun, endOf(child)]);
  if (first === undefined) {
    const said = lines.stderr.noise();
    return saysNoSession(said) ? { type: 'refused' } : { type: 'failed', said };
  }
  if (first === 'refused') {
    await ended;
    return { type: 'no-folder', said: saidOfFolder };
  }

  const group = first;
  const { keeper } = connection;
  keeper.watch(group);
  // Who waits for the start has the command before it is told what that prints.
  process.nextTick(() => output.setReading(true));
  void exited.then(() => runtime.sleep(overAfterMs)).then(() => keeper.over(group));
  let ending: Promise<void> | undefined;
  const end = async () => {
    isEnded = true;
    output.discard();
    await within(endMs, keeper.end(group, mark), runtime);
    await within(exitMs, exited, runtime);
    child.kill();
    await exited;
  };
  return {
    type: 'started',
    running: {
      exited,
      closed,
      setReading: output.setReading,
      hasLeft: () => keeper.hasLeft(group, mark),
      end: () => (ending ??= end()),
    },
  };
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<undefined> {
  return new Promise((resolve) => {
    const end = () => resolve(undefined);
    child.once('error', end);
    child.once('close', end);
  });
}

async function within(ms: number, work: Promise<unknown>, runtime: CommandRuntime): Promise<void> {
  const over = runtime.newAbortController();
  await Promise.race([work, runtime.sleep(ms, over.signal)]);
  over.abort();
}
