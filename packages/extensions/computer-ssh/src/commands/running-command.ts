import type { CommandExit, NewCommand, RunningCommand, Runtime } from '@dispatch/contracts';
import type { Connection } from '../connection/connection.ts';
import { forLoginShell } from '../sessions/login-shell.ts';
import { commandScript } from './command-script.ts';
import { createOutlet } from './outlet.ts';
import { createStartMark } from './start-mark.ts';

/** How a start went. */
export type Start =
  | { readonly type: 'started'; readonly running: RunningCommand }
  /** The folder is not there, or may not be entered: what the computer says of it. */
  | { readonly type: 'no-folder'; readonly said: string }
  /** The computer gave no session, or the connection was lost before it could: nothing was started. */
  | { readonly type: 'refused' }
  | { readonly type: 'lost' }
  /** The session ended before the command began. */
  | { readonly type: 'failed'; readonly said: string };

/** Who is gone may not have been waited for by its parent yet. */
const overAfterMs = 2000;
/** What can not be ended after so long is given up. */
const endMs = 5000;
const closeMs = 200;

type CommandRuntime = Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;

/** Starts a command on a connection. Never rejects. */
export async function startCommand(
  connection: Connection,
  command: NewCommand,
  runtime: CommandRuntime,
): Promise<Start> {
  const { keeper } = connection;
  const nonce = runtime.randomHex(16);
  const mark = `${connection.mark}${runtime.randomHex(8)}.`;
  const { shell } = await keeper.ready;
  const { promise: begun, resolve: begin } = Promise.withResolvers<number | 'no-folder'>();
  const outlet = createOutlet(command.onOutput);

  const marks = {
    stdout: createStartMark(nonce, () => {}),
    stderr: createStartMark(nonce, (line) => {
      const [verb, group] = line.split(' ');
      begin(verb === 'started' ? Number(group) : 'no-folder');
    }),
  };
  const script = forLoginShell(commandScript(command, { nonce, mark, shell }));
  const session = await connection.sessions.open(script, (stream, bytes) =>
    outlet.push(stream, marks[stream].take(bytes)),
  );
  if (session === 'refused') return { type: 'refused' };
  if (session === 'lost') return { type: 'lost' };
  if (command.input !== undefined) session.write(command.input);
  session.endInput();

  const first = await Promise.race([begun, session.closed]);
  if (first === undefined) return { type: 'failed', said: marks.stderr.noise() };
  if (first === 'no-folder') {
    await session.closed;
    return { type: 'no-folder', said: outlet.heldErrors() };
  }

  const group = first;
  keeper.watch(group);
  const setReading = (isReading: boolean) => {
    session.setReading(isReading);
    outlet.setReading(isReading);
  };
  // Who waits for the start has the command before it is told what that prints.
  process.nextTick(() => outlet.setReading(true));
  let ending: Promise<void> | undefined;
  const exited = session.exited.then((exit): CommandExit => {
    if (exit !== undefined) return exit;
    return ending === undefined ? { failure: connection.whyLost().message } : { signal: 'SIGKILL' };
  });
  void exited.then(() => runtime.sleep(overAfterMs)).then(() => keeper.over(group));
  const end = async () => {
    outlet.discard();
    setReading(true);
    await within(endMs, keeper.end(group, mark), runtime);
    await within(closeMs, session.closed, runtime);
    session.close();
    await within(endMs, exited, runtime);
  };
  return {
    type: 'started',
    running: {
      exited,
      closed: session.closed.then(() => outlet.drained()),
      setReading: (isReading) => {
        if (ending === undefined) setReading(isReading);
      },
      hasLeft: () => keeper.hasLeft(group, mark),
      end: () => (ending ??= end()),
    },
  };
}

async function within(ms: number, work: Promise<unknown>, runtime: CommandRuntime): Promise<void> {
  const over = runtime.newAbortController();
  await Promise.race([work, runtime.sleep(ms, over.signal)]);
  over.abort();
}
