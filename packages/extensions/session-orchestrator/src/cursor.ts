/** "I have seen this event and all before it" (WIRE.md section 1). */
export interface Cursor {
  readonly turnId: string;
  readonly n: number;
}

const pattern = /^([A-Za-z0-9_-]{1,64}):(\d{1,16})$/;

/** Undefined where it is malformed. */
export function parseCursor(text: string): Cursor | undefined {
  const match = pattern.exec(text);
  if (match?.[1] === undefined) return undefined;
  const n = Number(match[2]);
  return Number.isSafeInteger(n) ? { turnId: match[1], n } : undefined;
}

export function formatCursor(turnId: string, n: number): string {
  return `${turnId}:${n}`;
}
