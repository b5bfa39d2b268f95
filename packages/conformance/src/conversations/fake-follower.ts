import type { FollowBatch, Follower } from '@dispatch/contracts';
import type { FakeTurnLog } from './fake-turn-log.ts';

/** Where a conversation's followers find its turns. */
export interface FakeTurns {
  /** In the order of their starts. */
  readonly logs: readonly FakeTurnLog[];
  lastSeq(): number;
  /** Calls back once, at the next start of a turn or the conversation's end. */
  onChange(callback: () => void): void;
}

/** Reads by number: of one turn, until it is sealed, or of a conversation, turn after turn. */
export function fakeFollower(options: {
  readonly turns: FakeTurns;
  /** Undefined: none yet. */
  readonly log: FakeTurnLog | undefined;
  readonly from: number;
  /** Begin with a resync. */
  readonly isLost: boolean;
  readonly scope: 'turn' | 'conversation';
  readonly onClose: () => void;
}): Follower {
  const { turns, scope, onClose } = options;
  let { log, from, isLost } = options;
  let isClosed = false;
  let wake: (() => void) | undefined;

  const resync = (): FollowBatch => {
    isLost = false;
    const newest = turns.logs.at(-1);
    const running = newest?.state.isOver === false ? newest : undefined;
    log = running ?? (scope === 'conversation' ? newest : undefined);
    from = running === undefined ? (log?.nextNumber() ?? 0) : running.state.commitNumber + 1;
    return { resync: { lastSeq: running?.state.committedSeq ?? turns.lastSeq() } };
  };

  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      log?.onChange(resolve);
      turns.onChange(resolve);
    });

  return {
    async next(maxBytes) {
      while (!isClosed) {
        if (isLost) return resync();
        if (log === undefined && scope === 'turn') return undefined;
        log ??= turns.logs[0];
        if (log === undefined) {
          await change();
          continue;
        }
        if (from < log.firstNumber()) {
          isLost = true;
          continue;
        }
        const events = log.read(from, maxBytes);
        from += events.length;
        if (events.length > 0) return { events };
        if (log.state.isOver && scope === 'turn') return undefined;
        const successor = turns.logs[turns.logs.indexOf(log) + 1];
        if (successor !== undefined && scope === 'conversation') {
          log = successor;
          from = 0;
          continue;
        }
        await change();
      }
      return undefined;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      onClose();
      wake?.();
    },
  };
}
