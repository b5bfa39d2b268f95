import type { StoredCommand } from './stored-command.ts';

/** Bytes of one piece of an output. */
export const pieceBytes = 32 * 1024;

/** The piece that has to go when this one is begun; undefined where none has. Pure. */
export function displacedBy(index: number, keptPieces: number): number | undefined {
  const displaced = index - keptPieces;
  return displaced >= keptPieces ? displaced : undefined;
}

/** Whether a piece is still kept when `last` is the newest. Pure. */
export function isKept(index: number, last: number, keptPieces: number): boolean {
  return index < keptPieces || index > last - keptPieces;
}

/** What can be read at once of an output, from `offset` on. Pure. */
export function readableFrom(
  { size, keptPieces }: Pick<StoredCommand, 'size' | 'keptPieces'>,
  offset: number,
  maxBytes: number,
): { readonly from: number; readonly to: number } {
  const headEnd = keptPieces * pieceBytes;
  const lastPiece = Math.ceil(size / pieceBytes) - 1;
  const tailStart = Math.max(headEnd, (lastPiece - keptPieces + 1) * pieceBytes);
  const hasGap = tailStart > headEnd;
  let from = Math.min(offset, size);
  if (hasGap && from >= headEnd && from < tailStart) from = tailStart;
  const end = hasGap && from < headEnd ? headEnd : size;
  return { from, to: Math.min(end, from + maxBytes) };
}
