/**
 * Takes the lines that begin with `nonce` out of what a session prints. What comes before the first
 * one is a login's own noise and is dropped. What may be the beginning of such a line is held back.
 */
export interface ToldLines {
  /** What is left of these bytes, and of those held back. */
  take(bytes: Buffer): readonly Buffer[];
  /** What was held back, at the end. */
  rest(): Buffer;
  /** What was dropped, for a message; at most 10,000 bytes. */
  noise(): string;
}

const mostNoise = 10_000;
/** A line of ours is never longer. */
const longestLine = 200;

export function createToldLines(nonce: string, onLine: (words: string) => void): ToldLines {
  const mark = Buffer.from(nonce);
  let held: Buffer = Buffer.alloc(0);
  let hasBegun = false;
  let noise: Buffer = Buffer.alloc(0);

  /** How many of the last bytes may be the beginning of the nonce. */
  const heldLength = (bytes: Buffer): number => {
    for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length -= 1) {
      if (bytes.subarray(-length).equals(mark.subarray(0, length))) return length;
    }
    return 0;
  };

  return {
    take(bytes) {
      let left = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = Buffer.alloc(0);
      const given: Buffer[] = [];
      const give = (piece: Buffer) => {
        if (piece.length === 0) return;
        if (hasBegun) given.push(piece);
        else noise = Buffer.concat([noise, piece]).subarray(-mostNoise);
      };
      for (;;) {
        const at = left.indexOf(mark);
        if (at < 0) {
          const length = heldLength(left);
          give(left.subarray(0, left.length - length));
          held = left.subarray(left.length - length);
          return given;
        }
        give(left.subarray(0, at));
        const end = left.indexOf(10, at);
        if (end < 0 && left.length - at < longestLine) {
          held = left.subarray(at);
          return given;
        }
        const stop = end < 0 ? left.length : end;
        hasBegun = true;
        onLine(left.toString('utf8', at + mark.length, stop).trim());
        left = left.subarray(stop + 1);
      }
    },
    rest() {
      const last = held;
      held = Buffer.alloc(0);
      return last;
    },
    noise: () => noise.toString(),
  };
}
