import { type FollowBatch, type Follower, isCodedError } from '@dispatch/contracts';
import type { TurnLog } from './turn-log.ts';

/** A place in a log. */
export interface Position {
  /** Undefined: there is nothing to read. */
  readonly log: TurnLog | undefined;
  /** The number to read next; ignored without a log. */
  readonly from: number;
  /** Called when the reader leaves it for good. */
  readonly release?: () => void;
}

/** What a follower asks of its conversation when it can not read on. Rejects where nothing can be found out now. */
export interface FollowPlace {
  /** Where to go on after the last commit, and the conversation's last seq. */
  afterCommit(): Promise<{ readonly position: Position; readonly lastSeq: number }>;
  /** Where a turn goes on that is not this host's any more. */
  elsewhere(log: TurnLog, next: number): Promise<Position>;
  /** The conversation's newest log: that of its newest turn, as far as this host knows. */
  newest(): TurnLog;
  /** Calls back once, when there is a newer one; not after the returned function was called. */
  onNewer(callback: () => void): () => void;
  /** The conversation is deleted, or its host at its end. */
  isOver(): boolean;
  /** Resolves when it is time to ask once more. */
  pause(): Promise<void>;
}

/**
 * Reads event logs by number, at its own pace: of one turn, until it is sealed or broken off, or of
 * a conversation, turn after turn; whoever runs them.
 */
export function createFollower(options: {
  readonly place: FollowPlace;
  readonly start: Position;
  readonly scope: 'turn' | 'conversation';
  /** Begin with a resync. */
  readonly isLost?: boolean;
  readonly onClose?: () => void;
}): Follower {
  const { place, scope } = options;
  let { log, from: next, release } = options.start;
  let breaks = log?.breaks ?? 0;
  let isLost = options.isLost ?? false;
  let isClosed = false;
  let wake: (() => void) | undefined;

  /** Within what is held already. */
  function readOn(target: TurnLog, from: number): void {
    log = target;
    next = from;
    breaks = target.breaks;
  }

  function moveTo(position: Position): void {
    const leave = release;
    log = position.log;
    next = position.from;
    release = position.release;
    breaks = log?.breaks ?? 0;
    leave?.();
    if (isClosed) release?.();
  }

  async function resync(): Promise<FollowBatch> {
    const { position, lastSeq } = await place.afterCommit();
    isLost = false;
    moveTo(position);
    return { resync: { lastSeq } };
  }

  /** Behind what a log holds: where to read on, if that is known. Nothing may happen between it and the wait. */
  function leaveLog(from: TurnLog): 'moved' | 'wait' | 'wait-for-turn' | 'over' | 'elsewhere' {
    const { continuation, successor } = from;
    if (continuation !== undefined) {
      if (next < continuation.base && next - 1 < continuation.earlierOwnerFrom) isLost = true;
      else readOn(continuation, Math.max(next, continuation.base));
      return 'moved';
    }
    if (from.state === 'cut-off') {
      isLost = true;
      return 'moved';
    }
    if (from.state === 'moved') return 'elsewhere';
    if (from.state !== 'closed' && from.breaks === breaks) return 'wait';
    if (scope === 'turn') return 'over';
    if (from.state !== 'closed') return 'wait';
    let target = successor ?? place.newest();
    while (isSameEnd(from, target) && target.successor !== undefined) target = target.successor;
    if (isSameEnd(from, target)) return 'wait-for-turn';
    if (target.previousSeq === from.committedSeq) readOn(target, target.base);
    else isLost = true;
    return 'moved';
  }

  async function read(maxBytes: number): Promise<FollowBatch | undefined> {
    while (!isClosed && !place.isOver()) {
      if (isLost) return resync();
      if (log === undefined) return undefined;
      if (next < log.firstNumber && !log.waitsForCommit(next)) {
        isLost = true;
        continue;
      }
      const events = next < log.firstNumber ? [] : log.read(next, maxBytes);
      if (events.length > 0) {
        next += events.length;
        return { events };
      }
      const end = leaveLog(log);
      if (end === 'over') return undefined;
      if (end === 'elsewhere') moveTo(await place.elsewhere(log, next));
      if (end !== 'wait' && end !== 'wait-for-turn') continue;
      const waited = log;
      let forget = () => {};
      await new Promise<void>((resolve) => {
        wake = resolve;
        forget = end === 'wait' ? waited.onChange(resolve) : place.onNewer(resolve);
      });
      forget();
    }
    return undefined;
  }

  /** Who reads a turn comes back with a cursor; who follows a conversation would wait for ever. */
  async function readOrRetry(maxBytes: number): Promise<FollowBatch | undefined> {
    for (;;) {
      try {
        return await read(maxBytes);
      } catch (error) {
        if (scope === 'turn' || !isCodedError(error, 'store-unavailable')) return undefined;
      }
      await place.pause();
    }
  }

  return {
    next: readOrRetry,
    close() {
      if (isClosed) return;
      isClosed = true;
      wake?.();
      release?.();
      options.onClose?.();
    },
  };
}

/** Nothing has come after the sealed turn: the newest log is of the same one, or stands for all that was. */
function isSameEnd(sealed: TurnLog, newest: TurnLog): boolean {
  if (newest.turnId === sealed.turnId && newest.turnId !== '') return true;
  return newest.turnId === '' && newest.committedSeq === sealed.committedSeq;
}
