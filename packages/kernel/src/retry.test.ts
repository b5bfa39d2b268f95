import { describe, expect, it } from 'vitest';
import { standardRetry } from './retry.ts';

const error = { code: 'provider-error', message: 'down', retryable: true };

describe('standardRetry', () => {
  it('waits 5 s, 10 s, 30 s, 1, 2, 5, 10, 30 min, then every 30 min, 8 h in all', () => {
    const { budgetMs, delayFor } = standardRetry();
    const seconds = Array.from(
      { length: 10 },
      (_, index) => (delayFor(index + 1, error) ?? 0) / 1000,
    );
    expect(seconds).toEqual([5, 10, 30, 60, 120, 300, 600, 1800, 1800, 1800]);
    expect(budgetMs).toBe(8 * 3600 * 1000);
  });

  it('takes another schedule, and none at all', () => {
    expect(standardRetry({ delaysMs: [1, 2], budgetMs: 9 })).toMatchObject({ budgetMs: 9 });
    expect(standardRetry({ delaysMs: [1, 2] }).delayFor(5, error)).toBe(2);
    expect(standardRetry({ delaysMs: [] }).delayFor(1, error)).toBeNull();
  });
});
