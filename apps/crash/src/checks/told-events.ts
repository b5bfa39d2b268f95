import { ownerStride, type TurnEvent } from '@dispatch/wire';
import type { Violations } from './violations.ts';

/**
 * All events that any host has told any client. A number of a turn stands for one event, whoever
 * tells it; nothing comes after the seal, and there is one.
 */
export interface ToldEvents {
  record(event: TurnEvent): void;
  /** The turn is checked: from now on its events count for nothing. */
  forget(turnId: string): void;
}

interface ToldTurn {
  readonly texts: Map<number, string>;
  sealedAt?: number;
}

/** `onFirst` is called with each event when it is told for the first time. */
export function createToldEvents(
  violations: Violations,
  onFirst: (event: TurnEvent) => void,
): ToldEvents {
  const turns = new Map<string, ToldTurn | 'checked'>();

  const check = (turn: ToldTurn, event: TurnEvent, text: string): void => {
    const { turnId, n, type } = event;
    const known = turn.texts.get(n);
    if (known !== undefined && known !== text) {
      violations.add(`${turnId}:${n} stands for two events: ${known} and ${text}`);
    }
    if (type !== 'turn-sealed') return;
    if (turn.sealedAt !== undefined && turn.sealedAt !== n) {
      violations.add(`${turnId} is sealed twice: ${turn.sealedAt} and ${n}`);
    }
    turn.sealedAt = n;
  };

  return {
    record(event) {
      const turn = turns.get(event.turnId) ?? { texts: new Map<number, string>() };
      if (turn === 'checked') return;
      turns.set(event.turnId, turn);
      const text = JSON.stringify(event);
      check(turn, event, text);
      if (turn.texts.has(event.n)) return;
      turn.texts.set(event.n, text);
      if (turn.sealedAt !== undefined && ownerOf(event.n) > ownerOf(turn.sealedAt)) {
        violations.add(`${event.turnId}:${event.n} was told by an owner after the seal: ${text}`);
      }
      onFirst(event);
    },
    forget(turnId) {
      turns.set(turnId, 'checked');
    },
  };
}

/** Counts the owners of a turn from 0: each begins its events at a multiple of 2^32. */
export function ownerOf(n: number): number {
  return Math.floor(n / ownerStride);
}
