import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEnd, readLineRange } from './line-range.ts';

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

describe('readLineRange', () => {
  it('gives the lines that a split of the whole text gives', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n'), maxLength: 40 });
    const from = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(
        text,
        from,
        fc.integer({ min: 1, max: 5 }),
        async (all, firstLine, maxLines) => {
          const bytes = Buffer.from(all);
          const range = await readLineRange(
            async (offset, length) => bytes.subarray(offset, offset + length),
            { firstLine, maxLines, maxBytes: 1000 },
            new AbortController().signal,
          );
          const lines = all === '' ? [] : all.replace(/\n$/, '').split('\n');
          if (range.totalLines !== undefined) {
            expect(range.totalLines).toBe(lines.length);
            expect(firstLine).toBeGreaterThan(lines.length);
            return;
          }
          const wanted = lines.slice(firstLine - 1, firstLine - 1 + maxLines);
          expect(range.bytes.toString().replace(/\n$/, '')).toBe(wanted.join('\n'));
          expect(range.isEnd).toBe(firstLine - 1 + maxLines >= lines.length);
        },
      ),
    );
  });
});
