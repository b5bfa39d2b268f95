import {
  CodedError,
  type CommandOfCall,
  type ForegroundCommand,
  type NewCommand,
  type RunningCommand,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { Asks, WantedCall } from './asks.ts';

/** How often a host whose calls wait for commands looks what others ask for. */
const lookEveryMs = 2000;

/** The commands that calls of this host wait for, and that could go on without them. */
export interface Offers {
  /** Returns what takes it back. */
  offer(command: ForegroundCommand): () => void;
  /**
   * Sends one to the background; undefined where no such call waits here. Rejects with
   * `command-not-found` where the call was over meanwhile, `too-many-commands`, `stopping`.
   */
  send(wanted: WantedCall): Promise<string> | undefined;
  /** Does what other hosts have asked for. Never rejects. */
  answer(): Promise<void>;
  /** Resolves when nothing is under way. */
  dispose(): Promise<void>;
}

/** Keeps a command in the background, from what `begin` gives on. */
export type Keep = (
  command: CommandOfCall & { readonly startedAt: number },
  begin: (commandId: string, onOutput: NewCommand['onOutput']) => RunningCommand,
) => Promise<string>;

export interface OffersSurroundings {
  readonly keep: Keep;
  readonly asks: Asks;
  readonly runtime: Pick<Runtime, 'sleep' | 'wallNow'>;
  readonly logger: Pick<Logger, 'warn'>;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
}

interface Offered {
  readonly command: ForegroundCommand;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Somebody wants it. */
  sending?: Promise<string> | undefined;
}

export function createOffers(surroundings: OffersSurroundings): Offers {
  const { keep, asks, runtime, logger, signal } = surroundings;
  /** In the order in which they began. */
  const offers = new Set<Offered>();
  let looking: Promise<void> | undefined;

  const send = ({ conversationId, callId }: WantedCall) => {
    for (const offered of offers) {
      const { command } = offered;
      if (command.conversationId !== conversationId) continue;
      if (callId !== undefined && command.callId !== callId) continue;
      offered.sending ??= keepOffered(offered).finally(() => {
        offered.sending = undefined;
      });
      return offered.sending;
    }
    return undefined;
  };

  const keepOffered = (offered: Offered) => {
    const { command, startedAt } = offered;
    return keep({ ...command, startedAt }, (commandId, onOutput) => {
      if (!offers.delete(offered)) throw callNotFound(command);
      command.handOver(commandId, onOutput);
      // Its call may have had it wait.
      command.running.setReading(true);
      return command.running;
    });
  };

  const answer = async () => {
    try {
      await asks.answer(send);
    } catch (error) {
      logger.warn('it could not be looked which commands to send to the background', {
        error: String(error),
      });
    }
  };

  const keepLooking = async () => {
    for (;;) {
      await runtime.sleep(lookEveryMs, signal);
      if (offers.size === 0 || signal.aborted) break;
      await answer();
    }
    looking = undefined;
  };

  return {
    send,
    offer(command) {
      const offered: Offered = { command, startedAt: runtime.wallNow() };
      offers.add(offered);
      looking ??= keepLooking();
      return () => void offers.delete(offered);
    },
    async answer() {
      if (offers.size > 0) await answer();
    },
    async dispose() {
      await looking;
    },
  };
}

export function callNotFound({ callId }: WantedCall): CodedError {
  const call = callId === undefined ? 'No call' : `No call ${JSON.stringify(callId)}`;
  return new CodedError('command-not-found', {
    message: `${call} of this conversation waits for a command.`,
  });
}
