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
  /** Finds what nobody took over in time. */
  check(at: number): void;
  /** Milliseconds from the loss of the owner to the first event of the next. */
  readonly durationsMs: readonly number[];
}

interface Loss {
  readonly epoch: number;
  readonly at: number;
}

/** @param withinMs  A takeover that lasts longer is a violation. */
export function createTakeovers(violations: Violations, withinMs: number): Takeovers {
  const losses = new Map<string, Loss>();
  const durationsMs: number[] = [];
  const late = (turnId: string, ms: number) =>
    violations.add(`${turnId} was without an owner for ${Math.round(ms)} ms, of ${withinMs}`);
  return {
    durationsMs,
    lost({ turnId, epoch }, at) {
      // A later loss counts: what the owner in between did not tell, it may not have begun.
      losses.set(turnId, { epoch, at });
    },
    told(event, at) {
      const loss = losses.get(event.turnId);
      if (loss === undefined) return;
      // The first owner is 0 among the events and 1 among the epochs.
      const isTakenOver = ownerOf(event.n) >= loss.epoch;
      if (isTakenOver) {
        durationsMs.push(at - loss.at);
        if (at - loss.at > withinMs) late(event.turnId, at - loss.at);
      }
      // A host that was frozen shortly may go on by itself.
      if (isTakenOver || event.type === 'turn-sealed') losses.delete(event.turnId);
    },
    ended(turnId) {
      losses.delete(turnId);
    },
    check(at) {
      for (const [turnId, loss] of losses) {
        if (at - loss.at <= withinMs) continue;
        losses.delete(turnId);
        late(turnId, at - loss.at);
      }
    },
  };
}
