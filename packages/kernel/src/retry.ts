import type { RetryStrategy } from './run-turn/options.ts';

const second = 1000;
const minute = 60 * second;

/** KERNEL.md rule 6: the last one repeats. */
export const standardDelaysMs: readonly number[] = [
  5 * second,
  10 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
];

/** Eight hours. */
export const standardBudgetMs = 8 * 60 * minute;

/** Waits by a schedule, whatever the error; the kernel honours what the provider itself asks for. */
export function standardRetry(
  options: { readonly delaysMs?: readonly number[]; readonly budgetMs?: number } = {},
): RetryStrategy {
  const { delaysMs = standardDelaysMs, budgetMs = standardBudgetMs } = options;
  return {
    budgetMs,
    delayFor: (attempt) => delaysMs[Math.min(attempt, delaysMs.length) - 1] ?? null,
  };
}
