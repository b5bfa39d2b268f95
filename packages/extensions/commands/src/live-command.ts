import {
  type CommandExit,
  isCodedError,
  type RunningCommand,
  type Runtime,
  waitForRest,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { CommandStore } from './command-store.ts';
import type { OutputWriter } from './output-writer.ts';
import { asRun, type StoredCommand } from './stored-command.ts';

/** What is printed after a silence is stored at once, then this often. With what a writer holds at most: 1 MiB a second. */
const flushEveryMs = 500;

/** So long an output is awaited after the exit that a process left behind may hold open: nobody waits here. */
const silenceMs = 250;

/** How often the end of a command is told to a store that does not answer. */
const maxEndTries = 20;

/** A command in the background that this host runs. */
export interface LiveCommand {
  readonly stored: StoredCommand;
  /** Resolves when it is over and what it printed until then was told. Never rejects. */
  readonly exited: Promise<CommandExit>;
  /** Resolves when its end is stored, or nobody wants to know. Never rejects. */
  readonly over: Promise<void>;
  /** Ends it. Resolves when its processes are gone and its end is stored. */
  stop(): Promise<void>;
  /** What the store says of it: gone, over or to be stopped means that it ends. */
  heed(stands: StoredCommand | undefined): void;
}

export interface LiveSurroundings {
  readonly store: CommandStore;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly logger: Pick<Logger, 'warn'>;
  /** Fires when the host stops: an end that can not be stored at once is not any more. */
  readonly signal: AbortSignal;
}

export function followCommand(
  stored: StoredCommand,
  running: RunningCommand,
  writer: OutputWriter,
  { store, runtime, logger, signal }: LiveSurroundings,
): LiveCommand {
  const over = runtime.newAbortController();
  let isStopped = false;
  let isGone = false;

  const end = async () => {
    isStopped = true;
    await running.end().catch((error: unknown) => {
      logger.warn('a command in the background does not end', { error: String(error) });
    });
  };

  const heed = (stands: StoredCommand | undefined) => {
    if (stands === undefined || stands.state !== 'running') isGone = true;
    else if (stands.isStopRequested !== true) return;
    if (!isStopped) void end();
  };

  const flush = async () => {
    try {
      heed(await writer.flush());
      return true;
    } catch (error) {
      if (isCodedError(error, 'conversation-not-found')) heed(undefined);
      else logger.warn('the output of a command could not be stored', { error: String(error) });
      return false;
    }
  };

  const exited = (async () => {
    const exit = await running.exited;
    writer.makeRoomForRest();
    running.setReading(true);
    await waitForRest(running, writer.takenBytes, silenceMs, runtime);
    writer.end();
    // What the command left running prints to nobody, and is not kept waiting.
    running.setReading(true);
    over.abort();
    return exit;
  })();

  const keepOutput = async () => {
    while (!over.signal.aborted) {
      await Promise.race([writer.filled(), exited]);
      if (writer.isEmpty) continue;
      const wasFull = writer.isFull;
      await flush();
      await runtime.sleep(flushEveryMs, over.signal);
      if (wasFull && !writer.isFull) running.setReading(true);
    }
    const exit = await exited;
    for (let tries = 1; tries <= maxEndTries && !isGone; tries += 1) {
      if ((writer.isEmpty || (await flush())) && (await tellEnd(exit))) return;
      if (signal.aborted) return;
      await runtime.sleep(flushEveryMs * tries, signal);
    }
  };

  const tellEnd = async (exit: CommandExit) => {
    try {
      await store.update(stored.commandId, (before) => {
        const now = asRun(before);
        return now && { ...now, ...endOf(exit, isStopped) };
      });
      return true;
    } catch (error) {
      logger.warn('the end of a command could not be stored', { error: String(error) });
      return false;
    }
  };

  const kept = keepOutput();
  return {
    stored,
    exited,
    over: kept,
    heed,
    async stop() {
      await end();
      await kept;
    },
  };
}

/** How a command's end is stored. Pure. */
function endOf(exit: CommandExit, isStopped: boolean): Partial<StoredCommand> {
  const state = isStopped ? 'stopped' : 'failure' in exit ? 'failed' : 'exited';
  if ('code' in exit) return { state, exitCode: exit.code };
  return 'signal' in exit ? { state, signal: exit.signal } : { state, failure: exit.failure };
}
