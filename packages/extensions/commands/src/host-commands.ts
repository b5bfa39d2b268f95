import {
  CodedError,
  type CommandOfCall,
  type NewCommand,
  type RunningCommand,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger, Redactor } from '@dispatch/kernel';
import type { CommandStore } from './command-store.ts';
import type { HostSigns } from './host-signs.ts';
import { followCommand, type LiveCommand } from './live-command.ts';
import { pieceBytes } from './output-range.ts';
import { createOutputWriter } from './output-writer.ts';
import { asRun, type StoredCommand } from './stored-command.ts';

export interface HostCommandsOptions {
  readonly store: CommandStore;
  readonly signs: HostSigns;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController' | 'newId'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly redactor: Redactor;
  readonly maxRunning: number;
  readonly outputMb: number;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
}

/** The commands that this host runs in the background. */
export interface HostCommands {
  /** It runs here, or is about to. */
  has(commandId: string): boolean;
  find(commandId: string): LiveCommand | undefined;
  /**
   * Keeps what a process prints and how it stands. `begin` gives the process; what it throws leaves
   * nothing behind. Rejects with that, `too-many-commands`, `stopping` and `conversation-not-found`.
   */
  keep(
    command: CommandOfCall & { readonly startedAt: number },
    begin: (
      commandId: string,
      onOutput: NewCommand['onOutput'],
    ) => RunningCommand | Promise<RunningCommand>,
  ): Promise<LiveCommand>;
  /** Ends all of them. */
  dispose(): Promise<void>;
}

/** A host tells that it lives this often while it runs commands, and looks what became of them in the store. */
const lookEveryMs = 2000;

/** Ended commands of one conversation that are kept; of more the oldest go. */
const keptEnded = 50;

export function createHostCommands(options: HostCommandsOptions): HostCommands {
  const { store, signs, runtime, logger, redactor, signal } = options;
  /** Those that this host starts or runs. */
  const ours = new Set<string>();
  const live = new Map<string, LiveCommand>();
  let looking: Promise<void> | undefined;

  const has = (commandId: string) => ours.has(commandId);

  const look = async () => {
    await signs.sign();
    for (const [commandId, command] of live) {
      // Another host may have taken this one for dead, as it was frozen or did not reach the store.
      const reclaim = (now: StoredCommand) => (now.state === 'lost' ? asRun(now) : undefined);
      command.heed(await store.update(commandId, reclaim));
    }
  };

  /** As long as anything runs. What fails is tried again. */
  const keepLooking = async () => {
    while (ours.size > 0 && !signal.aborted) {
      await runtime.sleep(lookEveryMs, signal);
      await look().catch((error: unknown) => {
        logger.warn('commands in the background could not be looked after', {
          error: String(error),
        });
      });
    }
    looking = undefined;
  };

  /** Room for one more. `too-many-commands`. */
  const makeRoom = async (conversationId: string) => {
    const all = await Promise.all(
      (await store.list(conversationId)).map((one) => signs.settle(one, has)),
    );
    const running = all.filter(({ state }) => state === 'running');
    if (running.length >= options.maxRunning) {
      throw new CodedError('too-many-commands', {
        message: `${running.length} commands run in the background of this conversation, which is as many as may.`,
        hint: 'Stop one of them first.',
      });
    }
    const ended = all.filter(({ state }) => state !== 'running');
    for (const old of ended.slice(0, -keptEnded)) await store.remove(old);
  };

  const newStored = (asked: CommandOfCall & { readonly startedAt: number }): StoredCommand => {
    const { conversationId, callId, computerId, cwd, startedAt } = asked;
    return {
      commandId: runtime.newId(),
      conversationId,
      callId,
      ...(computerId === undefined ? {} : { computerId }),
      command: redactor.redact(asked.command),
      cwd,
      startedAt,
      hostId: signs.lifeId,
      state: 'running',
      size: 0,
      keptPieces: (options.outputMb * 1024 * 1024) / pieceBytes / 2,
    };
  };

  return {
    has,
    find: (commandId) => live.get(commandId),
    async keep(asked, begin) {
      if (signal.aborted) throw stopping();
      await makeRoom(asked.conversationId);
      const stored = newStored(asked);
      const { commandId } = stored;
      ours.add(commandId);
      const writer = createOutputWriter(store, stored, redactor);
      let hold: (() => void) | undefined;
      try {
        // Before the command, so that nobody who sees it misses its host.
        await signs.sign();
        await store.create(stored);
        looking ??= keepLooking();
        const running = await begin(commandId, (stream, bytes) => {
          writer.take(stream, bytes);
          if (writer.isFull) hold?.();
        });
        hold = () => running.setReading(false);
        if (writer.isFull) hold();
        const following = followCommand(stored, running, writer, {
          store,
          runtime,
          logger,
          signal,
        });
        live.set(commandId, following);
        void following.over.then(() => {
          live.delete(commandId);
          ours.delete(commandId);
        });
        if (signal.aborted) await following.stop();
        return following;
      } catch (error) {
        ours.delete(commandId);
        await store.remove(stored);
        throw error;
      }
    },
    async dispose() {
      const ended = [...live.values()].map((command) => command.stop());
      await Promise.all([looking, ...ended]);
      await signs.dispose();
    },
  };
}

function stopping(): CodedError {
  return new CodedError('stopping', { message: 'The host is stopping.' });
}
