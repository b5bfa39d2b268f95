import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptOutput } from './kept-output.ts';

describe('KeptOutput', () => {
  it('keeps all that fits, else a start and an end of whole characters, and counts the rest', () => {
    const pieces = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀'), maxLength: 12 }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, fc.integer({ min: 8, max: 60 }), (texts, maxBytes) => {
        const kept = new KeptOutput(maxBytes);
        for (const text of texts) kept.append(text);
        const all = Buffer.from(texts.join('')).toString();
        const gap = /\n\[… (\d+) bytes left out …\]\n/.exec(kept.toString());
        if (gap === null) {
          expect(kept.toString()).toBe(all);
          return;
        }
        const head = kept.toString().slice(0, gap.index);
        const tail = kept.toString().slice(gap.index + gap[0].length);
        expect(all.startsWith(head) && all.endsWith(tail)).toBe(true);
        const kinds = Buffer.byteLength(head) + Buffer.byteLength(tail);
        expect(kinds).toBeLessThanOrEqual(maxBytes);
        expect(kinds + Number(gap[1])).toBe(Buffer.byteLength(all));
      }),
    );
  });
});
