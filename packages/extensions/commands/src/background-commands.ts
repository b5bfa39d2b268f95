import {
  type Bus,
  CodedError,
  type Commands,
  type ComputerSource,
  type Contribution,
  findComputer,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger, Redactor } from '@dispatch/kernel';
import type { Asks, WantedCall } from './asks.ts';
import type { CommandStore } from './command-store.ts';
import { createHostCommands } from './host-commands.ts';
import { createHostSigns } from './host-signs.ts';
import { callNotFound, createOffers } from './offers.ts';
import { type ReadOutput, readOutput } from './read-output.ts';
import { asRun, type StoredCommand } from './stored-command.ts';

export interface BackgroundOptions {
  readonly store: CommandStore;
  readonly asks: Asks;
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly bus: Bus | undefined;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController' | 'newId' | 'wallNow'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly redactor: Redactor;
  readonly maxRunning: number;
  readonly outputMb: number;
  /** The same after a restart, and nobody else's. */
  readonly hostId?: string | undefined;
}

/** The commands of all conversations, seen from one host. Rejects with `store-unavailable`. */
export interface BackgroundCommands extends Commands {
  /** In the order in which they came there; without a conversation those of all, at most 1,000. */
  list(conversationId?: string): Promise<readonly StoredCommand[]>;
  read(commandId: string): Promise<StoredCommand | undefined>;
  /** `command-not-found`. */
  readOutput(commandId: string, offset: number | 'newest', maxBytes: number): Promise<ReadOutput>;
  /**
   * Sends the command that a call waits for to the background, whichever host runs it; one that is
   * there already is told as it stands. `command-not-found` after four seconds, `too-many-commands`,
   * `conversation-not-found`.
   */
  sendToBackground(wanted: WantedCall): Promise<StoredCommand>;
  /** Whoever runs it ends it, soon. `command-not-found`. */
  requestStop(commandId: string): Promise<void>;
  /** What this host ran before its restart is lost. Hears what other hosts want to be stopped, or sent to the background. */
  begin(): Promise<void>;
  /** Ends all that this host runs, and starts none from now on. */
  dispose(): Promise<void>;
}

const topic = 'commands';

export function createBackgroundCommands(options: BackgroundOptions): BackgroundCommands {
  const { store, asks, bus, runtime } = options;
  const signs = createHostSigns(store, runtime, options.hostId);
  const disposal = runtime.newAbortController();
  const own = { ...options, signs, signal: disposal.signal };
  const here = createHostCommands(own);
  const offers = createOffers({
    ...own,
    keep: async (command, begin) => (await here.keep(command, begin)).stored.commandId,
  });
  const unsubscribe: ((() => void) | undefined)[] = [];

  const list = async (conversationId?: string) => {
    const all = await store.list(conversationId);
    return Promise.all(all.map((one) => signs.settle(one, here.has)));
  };

  const read = async (commandId: string) => {
    const found = await store.read(commandId);
    return found && signs.settle(found, here.has);
  };

  const findOfCall = async ({ conversationId, callId }: WantedCall) =>
    (await list(conversationId)).find((one) => one.callId === callId);

  return {
    list,
    read,
    offer: offers.offer,
    async start(command) {
      const { onOutput: tell, cwd, computerId } = command;
      const computer = await findComputer(options.computers, computerId);
      const asked = { ...command, startedAt: runtime.wallNow() };
      const { stored, exited, stop } = await here.keep(asked, (_, keepOutput) =>
        computer.spawn({
          command: command.command,
          cwd,
          onOutput(stream, bytes) {
            tell?.(stream, bytes);
            keepOutput(stream, bytes);
          },
        }),
      );
      return { commandId: stored.commandId, exited, stop };
    },
    async readOutput(commandId, offset, maxBytes) {
      const found = await readOutput(store, commandId, offset, maxBytes);
      if (found === undefined) throw notFound(commandId);
      return found;
    },
    async sendToBackground(wanted) {
      const sending = offers.send(wanted);
      const known = sending === undefined ? await findOfCall(wanted) : undefined;
      if (known !== undefined) return known;
      const commandId = await (sending ?? asks.ask(wanted));
      const found = await (commandId === undefined ? findOfCall(wanted) : read(commandId));
      if (found === undefined) throw callNotFound(wanted);
      return found;
    },
    async requestStop(commandId) {
      const running = here.find(commandId);
      if (running !== undefined) {
        void running.stop();
        return;
      }
      const stands = await store.update(
        commandId,
        (stored) =>
          // A lost one too: its host may come back.
          asRun(stored) && { ...stored, isStopRequested: true },
      );
      if (stands === undefined) throw notFound(commandId);
      if (stands.state === 'running') bus?.publish(topic, commandId);
    },
    async begin() {
      await signs.begin().catch((error: unknown) => {
        options.logger.warn('what ran before a restart shows as running for a while', {
          error: String(error),
        });
      });
      const stopHere = (commandId: string) => void here.find(commandId)?.stop();
      unsubscribe.push(await bus?.subscribe(topic, stopHere));
      unsubscribe.push(await asks.subscribe(() => void offers.answer()));
    },
    async dispose() {
      disposal.abort();
      for (const end of unsubscribe) end?.();
      await Promise.all([offers.dispose(), here.dispose()]);
    },
  };
}

function notFound(commandId: string): CodedError {
  return new CodedError('command-not-found', {
    message: `There is no command ${JSON.stringify(commandId)} in the background.`,
  });
}
