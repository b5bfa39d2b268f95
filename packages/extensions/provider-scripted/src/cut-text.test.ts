import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countCharacters } from './count-usage.ts';
import { cutText } from './cut-text.ts';

const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\ud83d', '漢') });

test('pieces add up to the text, are as many as asked for or possible, and split no character', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, count) => {
      const pieces = cutText(text, count);
      expect(pieces.join('')).toBe(text);
      expect(pieces).not.toContain('');
      expect(pieces).toHaveLength(Math.min(count, Array.from(text).length));
      const characters = pieces.map((piece) => Array.from(piece).length);
      expect(Math.max(0, ...characters) - Math.min(Infinity, ...characters)).toBeLessThan(2);
      expect(characters.reduce((sum, length) => sum + length, 0)).toBe(Array.from(text).length);
    }),
  );
});

test('characters are code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), anyText, (one, other) => {
      expect(countCharacters(one + other)).toBe(Array.from(one + other).length);
    }),
  );
});
