const firstCeilingMs = 2000;
const lastCeilingMs = 30_000;

/**
 * How long to wait before an attempt to connect again: 1 to 2 s at first, doubling up to 15 to 30 s.
 *
 * @param attempt  From 0, counted from the last connection that worked.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(lastCeilingMs, firstCeilingMs * 2 ** Math.min(attempt, 16));
  return (ceiling * (1 + random())) / 2;
}
