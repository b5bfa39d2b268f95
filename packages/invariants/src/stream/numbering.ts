import { type Cursor, followsWithoutGap, ownerStride } from '@dispatch/wire';
import type { StreamViolationCode } from './violation.ts';

/** What an event's number says: that it is new and the next, that the client has had it, or a fault. */
export type NumberVerdict = 'next' | 'new-owner' | 'replayed' | StreamViolationCode;

/**
 * The numbers of a conversation's events, turn by turn: gapless while one owner runs the turn, then
 * from a higher multiple of 2^32 (WIRE.md section 1). Remembers the last number of each turn.
 */
export class Numbering {
  readonly #last = new Map<string, number>();
  /** Behind this one the events come again, up to those that were seen. */
  #replay: Cursor | undefined;

  lastOf(turnId: string): number | undefined {
    return this.#last.get(turnId);
  }

  /** Reads on behind `cursor`: what was seen after it may come again, in its order. */
  replayFrom(cursor: Cursor): void {
    this.#replay = cursor;
  }

  /** The next number of this turn is not known: any is good. */
  forget(turnId: string): void {
    this.#replay = undefined;
    this.#last.delete(turnId);
  }

  expectAfter({ turnId, n }: Cursor): void {
    this.#replay = undefined;
    this.#last.set(turnId, n);
  }

  take(turnId: string, n: number): NumberVerdict {
    const last = this.#last.get(turnId);
    const replay = this.#replay;
    if (replay !== undefined && last !== undefined && n <= last) {
      if (replay.turnId === turnId && !followsWithoutGap(replay.n, n)) {
        return n <= replay.n ? 'number-repeated' : 'number-gap';
      }
      this.#replay = { turnId, n };
      return 'replayed';
    }
    // What was to come again has to have come, before there is anything new.
    if (replay !== undefined && replay.turnId === turnId && !followsWithoutGap(replay.n, n)) {
      return 'number-gap';
    }
    this.#replay = undefined;
    this.#last.set(turnId, n);
    if (last === undefined || n === last + 1) return 'next';
    if (n <= last) return 'number-repeated';
    return n % ownerStride === 0 ? 'new-owner' : 'number-gap';
  }
}
