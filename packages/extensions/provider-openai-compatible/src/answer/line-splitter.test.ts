import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\n', '\r\n', '\r') });

test('lines are the same however the text is cut', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (pieces) => {
      const splitter = new LineSplitter();
      const lines = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
      const whole = pieces.join('').split(/\r\n|\n|\r/);
      // What was left without an end is a line only where there is something of it.
      if (whole.at(-1) === '') whole.pop();
      expect(lines).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});

test('a line without an end is given up', () => {
  const splitter = new LineSplitter();
  splitter.push('x'.repeat(32 * 1024 * 1024));
  expect(splitter.isTooLong).toBe(false);
  splitter.push('x');
  expect(splitter.isTooLong).toBe(true);
});
