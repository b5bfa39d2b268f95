import type { FollowBatch, Follower } from '@dispatch/contracts';
import type { TurnLog } from './turn-log.ts';

/** What a follower asks of the conversation when it has lost its place. */
export interface FollowPlace {
  /** The running turn's log, if there is one. */
  running(): TurnLog | undefined;
  /** The newest log: where the next turn will be linked. */
  newest(): TurnLog;
  lastSeq(): Promise<number>;
}

/**
 * Reads event logs by number, at its own pace: of one turn, until it is sealed or broken off, or of
 * a conversation, turn after turn.
 */
export function createFollower(options: {
  readonly place: FollowPlace;
  readonly log: TurnLog | undefined;
  /** The first number to read; ignored without a log. */
  readonly from: number;
  readonly scope: 'turn' | 'conversation';
  /** Begin with a resync. */
  readonly isLost?: boolean;
  readonly onClose?: () => void;
}): Follower {
  const { place, scope } = options;
  let log = options.log;
  let next = options.from;
  let breaks = log?.breaks ?? 0;
  let isLost = options.isLost ?? false;
  let isClosed = false;
  let wake: (() => void) | undefined;

  function moveTo(target: TurnLog | undefined, from: number): void {
    log = target;
    next = from;
    breaks = target?.breaks ?? 0;
  }

  async function resync(): Promise<FollowBatch> {
    isLost = false;
    const running = place.running();
    if (running !== undefined) {
      moveTo(running, Math.max(running.commitNumber + 1, running.firstNumber));
      return { resync: { lastSeq: running.committedSeq } };
    }
    const newest = scope === 'conversation' ? place.newest() : undefined;
    moveTo(newest, newest?.nextNumber ?? 0);
    return { resync: { lastSeq: await place.lastSeq() } };
  }

  return {
    async next(maxBytes) {
      while (!isClosed) {
        if (isLost) return resync();
        if (log === undefined) return undefined;
        if (next < log.firstNumber) {
          isLost = true;
          continue;
        }
        const events = log.read(next, maxBytes);
        if (events.length > 0) {
          next += events.length;
          return { events };
        }
        if (log.successor !== undefined && scope === 'conversation') {
          moveTo(log.successor, log.successor.base);
          continue;
        }
        const isOver = log.state === 'closed' || log.breaks > breaks;
        if (isOver && scope === 'turn') return undefined;
        const waited = log;
        await new Promise<void>((resolve) => {
          wake = resolve;
          waited.onChange(resolve);
        });
      }
      return undefined;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      wake?.();
      options.onClose?.();
    },
  };
}
