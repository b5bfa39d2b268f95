/** "I have seen this event and all before it": `<turnId>:<n>` (WIRE.md section 1). */
export interface Cursor {
  readonly turnId: string;
  readonly n: number;
}

// Plain digits without leading zeros: two texts never stand for one cursor.
const pattern = /^([A-Za-z0-9_-]{1,64}):(0|[1-9][0-9]{0,15})$/;

/** The cursor that `text` stands for, or undefined where it is malformed. Never throws. */
export function parseCursor(text: string): Cursor | undefined {
  const match = pattern.exec(text);
  const turnId = match?.[1];
  const n = Number(match?.[2]);
  return turnId !== undefined && Number.isSafeInteger(n) ? { turnId, n } : undefined;
}

export function formatCursor(cursor: Cursor): string {
  return `${cursor.turnId}:${cursor.n}`;
}

/** An owner of a turn begins its events with a multiple of this (WIRE.md section 1). */
export const ownerStride = 2 ** 32;

/**
 * True where event `next` follows event `previous` of the same turn with nothing lost in between:
 * it has the next number, or it is the first of a later owner.
 */
export function followsWithoutGap(previous: number, next: number): boolean {
  return next === previous + 1 || (next > previous && next % ownerStride === 0);
}
