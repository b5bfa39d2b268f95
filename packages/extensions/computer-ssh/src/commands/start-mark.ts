/** Drops what a login prints by itself: all up to a line that begins with `nonce`. */
export interface StartMark {
  /** What of these bytes comes after that line. */
  take(bytes: Buffer): Buffer;
  /** What was dropped, for a message; its last 10,000 bytes. */
  noise(): string;
}

const mostNoise = 10_000;

/** @param onLine Called once, with what stands on the line behind the nonce. */
export function createStartMark(nonce: string, onLine: (words: string) => void): StartMark {
  let before: Buffer = Buffer.alloc(0);
  let hasBegun = false;
  return {
    take(bytes) {
      if (hasBegun) return bytes;
      before = Buffer.concat([before, bytes]);
      const at = before.indexOf(nonce);
      const end = at < 0 ? -1 : before.indexOf('\n', at);
      if (end < 0) {
        before = before.subarray(-mostNoise);
        return Buffer.alloc(0);
      }
      hasBegun = true;
      const rest = before.subarray(end + 1);
      onLine(before.toString('utf8', at + nonce.length, end).trim());
      before = before.subarray(0, at);
      return rest;
    },
    noise: () => before.toString(),
  };
}
