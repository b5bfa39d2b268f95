import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEnd } from './line-range.ts';

describe('chooseEnd', () => {
  it('ends at a line within both bounds, or cuts a line that is too long between characters', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n'), maxLength: 30 });
    fc.assert(
      fc.property(
        line,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 4, max: 20 }),
        (text, maxLines, maxBytes) => {
          const all = Buffer.from(text);
          const read = all.subarray(0, maxBytes + 1);
          const { end, lines, isCut } = chooseEnd(read, { maxLines, maxBytes });
          const shown = read.subarray(0, end);
          expect(end).toBeLessThanOrEqual(maxBytes);
          expect(lines).toBeLessThanOrEqual(maxLines);
          expect(end > 0).toBe(all.length > 0);
          expect(shown.toString('utf8')).not.toContain('\ufffd');
          const atLineEnd = end === all.length || shown.at(-1) === 0x0a;
          expect(isCut || end === 0 || atLineEnd).toBe(true);
        },
      ),
    );
  });
});
