/** Counts within one millisecond fill the 12 bits of `rand_a` (RFC 9562 section 6.2, method 1). */
const maxCount = 0xfff;

/**
 * A source of UUIDv7s that are strictly increasing as strings, whatever the clock does: where it
 * stands still or goes back, the ids count on from the last one.
 *
 * @param wallNow  Epoch milliseconds.
 */
export function createIdSource(
  wallNow: () => number,
  randomHex: (bytes: number) => string,
): () => string {
  let lastMs = -1;
  let count = 0;
  return () => {
    const ms = Math.floor(wallNow());
    if (ms > lastMs) {
      lastMs = ms;
      // The upper half is left for the ids of the same millisecond.
      count = Number.parseInt(randomHex(2), 16) & 0x7ff;
    } else if (count < maxCount) {
      count += 1;
    } else {
      lastMs += 1;
      count = 0;
    }
    return formatUuidV7(lastMs, count, randomHex(8));
  };
}

function formatUuidV7(ms: number, count: number, random: string): string {
  const time = ms.toString(16).padStart(12, '0');
  const head = `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}`;
  // The variant: the two upper bits of this digit are 10.
  const variant = ((Number.parseInt(random.charAt(0), 16) & 0x3) | 0x8).toString(16);
  return `${head}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}
