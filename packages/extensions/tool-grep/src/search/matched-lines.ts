import { StringDecoder } from 'node:string_decoder';
import { type RawPath, withoutDot } from '@dispatch/file-search';

/** A line that matches, or one beside it. */
export interface MatchedLine {
  readonly path: RawPath;
  /** From 1. */
  readonly number: number;
  readonly isMatch: boolean;
  readonly text: string;
  /** How long it is in all, in bytes; `text` may be its beginning. */
  readonly bytes: number;
}

const newline = 0x0a;

/** The digits of a number, and the sign behind them. */
const maxNumberBytes = 21;

/**
 * Reads what ripgrep and `grep` print with `--null` and line numbers: a path, U+0000, a number, `:` or
 * `-`, the text. Of a line at most `maxBytes` are held, however long it is.
 */
export function createLineReader(
  maxBytes: number,
  onLine: (line: MatchedLine) => boolean,
): (bytes: Uint8Array) => boolean {
  const maxHeld = maxBytes + maxNumberBytes;
  let path = '';
  let isInLine = false;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let seenBytes = 0;

  const hold = (piece: Buffer) => {
    seenBytes += piece.length;
    const rest = piece.subarray(0, maxHeld - heldBytes);
    if (rest.length === 0) return;
    // A copy: the bytes that come are the computer's to use again.
    held.push(Buffer.from(rest));
    heldBytes += rest.length;
  };

  const endLine = (): boolean => {
    const bytes = Buffer.concat(held);
    const [start = '', digits = '', sign] =
      /^(\d+)([:-])/.exec(bytes.toString('latin1', 0, maxNumberBytes)) ?? [];
    const shown = bytes.subarray(start.length, start.length + maxBytes);
    const line = {
      path: withoutDot(path),
      number: Number(digits),
      isMatch: sign === ':',
      text: decode(shown),
      bytes: seenBytes - start.length,
    };
    held = [];
    heldBytes = 0;
    seenBytes = 0;
    isInLine = false;
    path = '';
    return start === '' || onLine(line);
  };

  return (incoming) => {
    const bytes = Buffer.from(incoming.buffer, incoming.byteOffset, incoming.length);
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(isInLine ? newline : 0, at);
      const piece = bytes.subarray(at, end < 0 ? bytes.length : end);
      at += piece.length + 1;
      if (isInLine) hold(piece);
      else path += piece.toString('latin1');
      if (end < 0) return true;
      if (isInLine) {
        if (!endLine()) return false;
      } else {
        // What stands between lines that are apart: no path begins like that.
        path = path.replace(/^--\n/, '');
        isInLine = true;
      }
    }
    return true;
  };
}

/** Without half a character at its end, nor the carriage return that ends a line elsewhere. */
function decode(bytes: Buffer): string {
  return new StringDecoder('utf8').write(bytes).replace(/\r$/, '');
}
