import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNestedTooDeeply, maxNesting } from './nesting.ts';

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

test('levels count, however they are made', () => {
  expect(isNestedTooDeeply(nested(maxNesting))).toBe(false);
  expect(isNestedTooDeeply(nested(maxNesting + 2))).toBe(true);
  expect(isNestedTooDeeply('['.repeat(maxNesting * 4))).toBe(true);
});

test('brackets in strings do not, nor do levels that are closed again', () => {
  const brackets = JSON.stringify(['\\"[{'.repeat(maxNesting), '['.repeat(maxNesting * 2)]);
  expect(isNestedTooDeeply(brackets)).toBe(false);
  expect(isNestedTooDeeply(JSON.stringify(Array(maxNesting * 2).fill([])))).toBe(false);
});

test('no JSON of a few levels is refused, whatever its strings are', () => {
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 50 }), (texts) => {
      const padded = JSON.stringify([...texts, '"'.repeat(3 * maxNesting), '\\'.repeat(99)]);
      expect(isNestedTooDeeply(padded)).toBe(false);
    }),
    { numRuns: 30 },
  );
});
