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

/** Each owner of a turn numbers its events from a multiple of this (WIRE.md section 1). */
export const ownerStride = 2 ** 32;

/**
 * True where event `next` can follow event `previous` with nothing lost in between: the next number
 * of the same owner, or a number of a later owner.
 */
export function followsWithoutGap(previous: number, next: number): boolean {
  return (
    next === previous + 1 || Math.floor(next / ownerStride) > Math.floor(previous / ownerStride)
  );
}
