import { type Cursor, followsWithoutGap, parseCursor } from '@dispatch/wire';

/** What an event is to someone who has seen `position` and all before it. */
export type Arrival = 'next' | 'duplicate' | 'gap';

/**
 * Tells whether an event is the next, one that was seen, or one before which something is missing.
 * Without a position every event is the next. A turn other than the position's begins with event 0.
 */
export function arrivalOf(position: Cursor | undefined, event: Cursor): Arrival {
  if (position === undefined) return 'next';
  if (event.turnId !== position.turnId) return event.n === 0 ? 'next' : 'gap';
  if (event.n <= position.n) return 'duplicate';
  return followsWithoutGap(position.n, event.n) ? 'next' : 'gap';
}

/** Where the events go on that come after a snapshot. */
export function positionAfter(activeTurn: { readonly cursor: string } | null): Cursor | undefined {
  return activeTurn === null ? undefined : parseCursor(activeTurn.cursor);
}
