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

/** The bytes of a range, clipped to what there is; fewer than that only at the end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** Looked at in one go while the start of a file is skipped. */
const blockBytes = 512 * 1024;
const newline = 0x0a;

/**
 * Reads whole lines, at most `maxLines` and `maxBytes` of them; a first line longer than that is cut.
 * What comes before the range is looked at once, block by block, and forgotten; what comes after is
 * not read. Rejects with the signal's reason when it fires.
 */
export async function readLineRange(
  read: ReadBytes,
  request: RangeRequest,
  signal: AbortSignal,
): Promise<LineRange> {
  const start = request.startByte ?? (await findLine(read, request.firstLine, signal));
  if (typeof start !== 'number') {
    return { bytes: Buffer.alloc(0), lines: 0, isEnd: true, totalLines: start.totalLines };
  }
  signal.throwIfAborted();
  // One more than may be shown, which tells whether there is more.
  const block = asBuffer(await read(start, request.maxBytes + 1));
  const { end, lines, isCut } = chooseEnd(block, request);
  return {
    bytes: block.subarray(0, end),
    lines,
    isEnd: block.length <= request.maxBytes && end === block.length,
    ...(isCut ? { cutAt: start + end } : {}),
  };
}

/** The byte at which a line begins, or how many lines there are where there is no such line. */
async function findLine(
  read: ReadBytes,
  line: number,
  signal: AbortSignal,
): Promise<number | { readonly totalLines: number }> {
  if (line <= 1) return 0;
  let seen = 1;
  let last = newline;
  for (let position = 0; ; ) {
    signal.throwIfAborted();
    const block = asBuffer(await read(position, blockBytes));
    for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) {
      seen += 1;
      if (seen !== line) continue;
      const start = position + at + 1;
      if (at + 1 < block.length || (await read(start, 1)).length > 0) return start;
    }
    last = block.at(-1) ?? last;
    position += block.length;
    if (block.length < blockBytes) return { totalLines: last === newline ? seen - 1 : seen };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
