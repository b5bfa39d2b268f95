import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeUsage } from './usage.ts';

const count = fc.oneof(fc.nat(1000), fc.integer(), fc.double(), fc.string(), fc.constant(null));
const details = fc.oneof(
  fc.record({ cached_tokens: count, cache_write_tokens: count, reasoning_tokens: count }),
  fc.anything(),
);
const raw = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_cache_hit_tokens: count,
    prompt_tokens_details: details,
    completion_tokens_details: details,
  },
  { requiredKeys: [] },
);

test('counts are whole and not negative, and parts are no more than the whole', () => {
  fc.assert(
    fc.property(fc.oneof(raw, fc.anything()), (value) => {
      const usage = normalizeUsage(value);
      if (usage === undefined) return;
      for (const part of Object.values(usage)) {
        expect(Number.isInteger(part)).toBe(true);
        expect(part).toBeGreaterThanOrEqual(0);
      }
      expect(usage.cacheReadTokens ?? 0).toBeLessThanOrEqual(usage.inputTokens);
      expect(usage.cacheWriteTokens ?? 0).toBeLessThanOrEqual(usage.inputTokens);
      expect(usage.reasoningTokens ?? 0).toBeLessThanOrEqual(usage.outputTokens);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [
    { prompt_tokens: 5, completion_tokens: 2 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [
    { input_tokens: 5, output_tokens: 2 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [
    { completion_tokens: 2, total_tokens: 9 },
    { inputTokens: 7, outputTokens: 2 },
  ],
  [
    { prompt_tokens: 5, total_tokens: 9 },
    { inputTokens: 5, outputTokens: 4 },
  ],
  [{ total_tokens: 9 }, undefined],
  [{}, undefined],
  [null, undefined],
])('%j is %j', (value, expected) => {
  expect(normalizeUsage(value)).toEqual(expected);
});
