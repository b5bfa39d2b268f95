import { expect, it } from 'vitest';
import { addUsage } from './usage.ts';

it('adds what both or one of two report, and leaves absent what neither does', () => {
  const a = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3 };
  const b = { inputTokens: 10, outputTokens: 20, reasoningTokens: 5 };
  expect(addUsage(a, b)).toEqual({
    ...{ inputTokens: 11, outputTokens: 22, cacheReadTokens: 3, reasoningTokens: 5 },
  });
  expect(addUsage(undefined, b)).toBe(b);
  expect(addUsage(a, undefined)).toBe(a);
  expect(addUsage(undefined, undefined)).toBeUndefined();
});
