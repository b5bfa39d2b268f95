import { quantile } from '../statistics.ts';

/**
 * How late each of some paced arrivals is, in milliseconds: measured from the one that was least
 * late, so a constant delay does not count.
 */
export function latenessOf(arrivals: readonly number[], paceMs: number): number[] {
  const offsets = arrivals.map((at, index) => at - index * paceMs);
  const earliest = Math.min(...offsets);
  return offsets.map((offset) => offset - earliest);
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(samples: readonly number[]): Spread {
  return {
    p50: quantile(samples, 0.5),
    p99: quantile(samples, 0.99),
    max: quantile(samples, 1),
  };
}
