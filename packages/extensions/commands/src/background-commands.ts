import {
  type BackgroundCommand,
  type Bus,
  CodedError,
  type Commands,
  type ComputerSource,
  type Contribution,
  findComputer,
  type NewBackgroundCommand,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger, Redactor } from '@dispatch/kernel';
import type { CommandStore } from './command-store.ts';
import { createHostSigns } from './host-signs.ts';
import { followCommand, type LiveCommand } from './live-command.ts';
import { pieceBytes } from './output-range.ts';
import { createOutputWriter } from './output-writer.ts';
import { type ReadOutput, readOutput } from './read-output.ts';
import type { StoredCommand } from './stored-command.ts';

export interface BackgroundOptions {
  readonly store: CommandStore;
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly bus: Bus | undefined;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController' | 'newId' | 'wallNow'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly redactor: Redactor;
  readonly maxRunning: number;
  readonly outputMb: number;
}

/** The commands of all conversations, seen from one host. Rejects with `store-unavailable`. */
export interface BackgroundCommands extends Commands {
  /** In the order in which they were started; without a conversation those of all, at most 1,000. */
  list(conversationId?: string): Promise<readonly StoredCommand[]>;
  read(commandId: string): Promise<StoredCommand | undefined>;
  /** `command-not-found`. */
  readOutput(commandId: string, offset: number | 'newest', maxBytes: number): Promise<ReadOutput>;
  /** Whoever runs it ends it, soon. `command-not-found`. */
  requestStop(commandId: string): Promise<void>;
  /** Hears what other hosts want to be stopped. */
  begin(): Promise<void>;
  /** Ends all that this host runs, and starts none from now on. */
  dispose(): Promise<void>;
}

/** A host tells that it lives this often while it runs commands, and looks what became of them in the store. */
const lookEveryMs = 2000;

/** Ended commands of one conversation that are kept; of more the oldest go. */
const keptEnded = 50;

const topic = 'commands';

export function createBackgroundCommands(options: BackgroundOptions): BackgroundCommands {
  const { store, runtime, logger, redactor, bus } = options;
  const signs = createHostSigns(store, runtime);
  /** Those that this host starts or runs. */
  const ours = new Set<string>();
  const live = new Map<string, LiveCommand>();
  const disposal = runtime.newAbortController();
  let looking: Promise<void> | undefined;
  let unsubscribe: (() => void) | undefined;

  const isOurs = (commandId: string) => ours.has(commandId);

  const look = async () => {
    await signs.sign();
    for (const [commandId, command] of live) command.heed((await store.read(commandId))?.stored);
  };

  /** As long as anything runs. What fails is tried again. */
  const keepLooking = async () => {
    while (ours.size > 0 && !disposal.signal.aborted) {
      await runtime.sleep(lookEveryMs, disposal.signal);
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
      (await store.list(conversationId)).map((one) => signs.settle(one, isOurs)),
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

  const start = async (command: NewBackgroundCommand): Promise<BackgroundCommand> => {
    refuseLate(disposal.signal);
    const computer = await findComputer(options.computers, command.computerId);
    await makeRoom(command.conversationId);
    const { onOutput, ...asked } = command;
    const stored: StoredCommand = {
      ...asked,
      commandId: runtime.newId(),
      command: redactor.redact(command.command),
      startedAt: runtime.wallNow(),
      hostId: signs.hostId,
      state: 'running',
      size: 0,
      keptPieces: (options.outputMb * 1024 * 1024) / pieceBytes / 2,
    };
    const { commandId } = stored;
    ours.add(commandId);
    const writer = createOutputWriter(store, stored, redactor);
    let hold: (() => void) | undefined;
    try {
      // Before the command, so that nobody who sees it misses its host.
      await signs.sign();
      await store.create(stored);
      looking ??= keepLooking();
      const running = await computer.spawn({
        command: command.command,
        cwd: command.cwd,
        onOutput(stream, bytes) {
          onOutput?.(stream, bytes);
          writer.take(stream, bytes);
          if (writer.isFull) hold?.();
        },
      });
      hold = () => running.setReading(false);
      if (writer.isFull) hold();
      const { signal } = disposal;
      const following = followCommand(stored, running, writer, { store, runtime, logger, signal });
      live.set(commandId, following);
      void following.over.then(() => {
        live.delete(commandId);
        ours.delete(commandId);
      });
      if (signal.aborted) await following.stop();
      const { exited, stop } = following;
      return { commandId, exited, stop };
    } catch (error) {
      ours.delete(commandId);
      await store.remove(stored);
      throw error;
    }
  };

  const requestStop = async (commandId: string) => {
    const here = live.get(commandId);
    if (here !== undefined) {
      void here.stop();
      return;
    }
    const stands = await store.update(commandId, (stored) =>
      stored.state === 'running' ? { ...stored, isStopRequested: true } : undefined,
    );
    if (stands === undefined) throw notFound(commandId);
    if (stands.state === 'running') bus?.publish(topic, commandId);
  };

  return {
    start,
    requestStop,
    async list(conversationId) {
      const all = await store.list(conversationId);
      return Promise.all(all.map((one) => signs.settle(one, isOurs)));
    },
    async read(commandId) {
      const found = await store.read(commandId);
      return found && signs.settle(found, isOurs);
    },
    async readOutput(commandId, offset, maxBytes) {
      const found = await readOutput(store, commandId, offset, maxBytes);
      if (found === undefined) throw notFound(commandId);
      return found;
    },
    async begin() {
      unsubscribe = await bus?.subscribe(topic, (commandId) => {
        const here = live.get(commandId);
        if (here !== undefined) void here.stop();
      });
    },
    async dispose() {
      disposal.abort();
      unsubscribe?.();
      const ended = [...live.values()].map((command) => command.stop());
      await Promise.all([looking, ...ended]);
      await signs.dispose();
    },
  };
}

function refuseLate(signal: AbortSignal): void {
  if (signal.aborted) throw new CodedError('stopping', { message: 'The host is stopping.' });
}

function notFound(commandId: string): CodedError {
  return new CodedError('command-not-found', {
    message: `There is no command ${JSON.stringify(commandId)} in the background.`,
  });
}
