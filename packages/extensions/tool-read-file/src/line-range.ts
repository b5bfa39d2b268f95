import type { FileHandle } from 'node:fs/promises';

/** Which part of a text is wanted. */
export interface RangeRequest {
  /** From 1. */
  readonly firstLine: number;
  readonly maxLines: number;
  readonly maxBytes: number;
  /** Begin at this byte instead: what a line that was cut is read on by. */
  readonly startByte?: number;
}

export interface LineRange {
  readonly bytes: Buffer;
  readonly lines: number;
  /** The file's last byte is among `bytes`, or lies before them. */
  readonly isEnd: boolean;
  /** The last line was cut: its next byte. */
  readonly cutAt?: number;
  /** `firstLine` lies behind the end: so many lines there are. */
  readonly totalLines?: number;
}

/** Looked at in one go while the start of a file is skipped. */
const blockBytes = 512 * 1024;
const newline = 0x0a;

/**
 * Reads whole lines of an open file, at most `maxLines` and `maxBytes` of them; a first line longer
 * than that is cut. Streams: what comes before the range is looked at once and forgotten, what
 * comes after is not read. Rejects with the signal's reason when it fires.
 */
export async function readLineRange(
  handle: FileHandle,
  request: RangeRequest,
  signal: AbortSignal,
): Promise<LineRange> {
  const start = request.startByte ?? (await findLine(handle, request.firstLine, signal));
  if (typeof start !== 'number') {
    return { bytes: Buffer.alloc(0), lines: 0, isEnd: true, totalLines: start.totalLines };
  }
  // One more than may be shown, which tells whether there is more.
  const block = Buffer.allocUnsafe(request.maxBytes + 1);
  const filled = await fill(handle, block, start, signal);
  const { end, lines, isCut } = chooseEnd(block.subarray(0, filled), request);
  return {
    bytes: block.subarray(0, end),
    lines,
    isEnd: filled <= request.maxBytes && end === filled,
    ...(isCut ? { cutAt: start + end } : {}),
  };
}

/** The byte at which a line begins, or how many lines there are where there is no such line. */
async function findLine(
  handle: FileHandle,
  line: number,
  signal: AbortSignal,
): Promise<number | { readonly totalLines: number }> {
  if (line <= 1) return 0;
  const block = Buffer.allocUnsafe(blockBytes);
  let seen = 1;
  let last = newline;
  for (let position = 0; ; ) {
    const filled = await fill(handle, block, position, signal);
    for (
      let at = block.indexOf(newline);
      at >= 0 && at < filled;
      at = block.indexOf(newline, at + 1)
    ) {
      seen += 1;
      if (seen === line && !(await isAtEnd(handle, position + at + 1))) return position + at + 1;
    }
    if (filled > 0) last = block[filled - 1] ?? newline;
    position += filled;
    if (filled < block.length) return { totalLines: last === newline ? seen - 1 : seen };
  }
}

async function isAtEnd(handle: FileHandle, position: number): Promise<boolean> {
  const { bytesRead } = await handle.read(Buffer.allocUnsafe(1), 0, 1, position);
  return bytesRead === 0;
}

/** Fills the block from a position on; returns fewer bytes only at the end of the file. */
async function fill(
  handle: FileHandle,
  block: Buffer,
  position: number,
  signal: AbortSignal,
): Promise<number> {
  let filled = 0;
  while (filled < block.length) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(
      block,
      filled,
      block.length - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** How much of what was read is shown: whole lines, or a piece of one that is too long. Pure. */
export function chooseEnd(
  read: Buffer,
  { maxLines, maxBytes }: Pick<RangeRequest, 'maxLines' | 'maxBytes'>,
): { readonly end: number; readonly lines: number; readonly isCut: boolean } {
  let end = 0;
  let lines = 0;
  while (lines < maxLines && end < read.length) {
    const at = read.indexOf(newline, end);
    const next = at < 0 ? read.length : at + 1;
    if (next > maxBytes) break;
    end = next;
    lines += 1;
  }
  if (lines > 0 || read.length === 0) return { end, lines, isCut: false };
  return { end: characterStart(read, Math.min(maxBytes, read.length)), lines: 1, isCut: true };
}

/** The last place at or before `at` that is not inside a UTF-8 character. Pure. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  for (let back = 0; back < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80; back++) start -= 1;
  return start > 0 && ((bytes[start] ?? 0) & 0xc0) !== 0x80 ? start : at;
}
