import type { Result } from '../row.ts';
import { format } from '../statistics.ts';
import type { Spread } from './lateness.ts';

/** A figure that is told without a bar, beside another one or alone. */
export function figure(row: string, name: string, measured: string, beside = '-'): Result {
  return { row, figure: name, ours: measured, floor: beside, value: '-', bar: '-' };
}

/** Median, 99th percentile and largest, in milliseconds. */
export function formatSpread({ p50, p99, max }: Spread): string {
  return `${format(p50)}, ${format(p99)}, ${format(max)} ms`;
}
