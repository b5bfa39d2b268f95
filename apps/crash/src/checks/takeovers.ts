import type { TurnEvent } from '@dispatch/wire';
import type { OwnedTurn } from '../cluster/database.ts';
import { ownerOf } from './told-events.ts';
import type { Violations } from './violations.ts';

/** How long turns were without an owner, as their clients saw it. */
export interface Takeovers {
  /** A host was killed or frozen while it ran this turn. */
  lost(turn: OwnedTurn, at: number): void;
  /** Some host told this event, the first time it was told. */
  told(event: TurnEvent, at: number): void;
  /** The turn was found sealed: its owner was lost when its end was on the way already. */
  ended(turnId: string): void;
  /** Turns that nobody went on with in time, as far as clients were told; each once. */
  overdue(at: number): readonly OwnedTurn[];
  /** Milliseconds from the loss of the owner to the first event of the next. */
  readonly durationsMs: readonly number[];
}

interface Loss {
  readonly turn: OwnedTurn;
  readonly at: number;
}

/** @param withinMs  A takeover that lasts longer is a violation. */
export function createTakeovers(violations: Violations, withinMs: number): Takeovers {
  const losses = new Map<string, Loss>();
  const durationsMs: number[] = [];
  return {
    durationsMs,
    lost(turn, at) {
      // A later loss counts: what the owner in between did not tell, it may not have begun.
      losses.set(turn.turnId, { turn, at });
    },
    told(event, at) {
      const loss = losses.get(event.turnId);
      if (loss === undefined) return;
      // The first owner is 0 among the events and 1 among the epochs.
      const isTakenOver = ownerOf(event.n) >= loss.turn.epoch;
      if (isTakenOver) {
        const durationMs = at - loss.at;
        durationsMs.push(durationMs);
        if (durationMs > withinMs) {
          violations.add(`${event.turnId} had no owner for ${Math.round(durationMs)} ms`);
        }
      }
      // A host that was frozen shortly may go on by itself.
      if (isTakenOver || event.type === 'turn-sealed') losses.delete(event.turnId);
    },
    ended(turnId) {
      losses.delete(turnId);
    },
    overdue(at) {
      const late = [...losses.values()].filter((loss) => at - loss.at > withinMs);
      for (const { turn } of late) losses.delete(turn.turnId);
      return late.map(({ turn }) => turn);
    },
  };
}
