import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJsonProgress } from './json-progress.ts';

test('an object is closed by its last brace and by nothing before, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.integer({ min: 1, max: 9 }),
      (value, size) => {
        const json = JSON.stringify(value);
        const progress = createJsonProgress();
        for (let at = 0; at < json.length; at += size) {
          const end = Math.min(at + size, json.length);
          expect(progress.push(json.slice(at, end))).toBe(end === json.length);
        }
        expect(progress.push('whatever follows {')).toBe(true);
      },
    ),
  );
});
