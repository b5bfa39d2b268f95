import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CharacterDecoder } from './character-decoder.ts';

it('gives the text of any bytes, however they are cut, but for what still waits', () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'é', '€', '🙂') }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  );
  const cuts = fc.array(fc.nat(60), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), cuts, (pieces, places) => {
      const bytes = Buffer.concat(pieces);
      const decoder = new CharacterDecoder();
      let text = '';
      let from = 0;
      for (const to of [...places.sort((a, b) => a - b), bytes.length]) {
        text += decoder.write(bytes.subarray(from, to));
        from = Math.min(Math.max(from, to), bytes.length);
      }
      const waiting = Buffer.from(decoder.pending);
      expect(waiting.length).toBeLessThan(4);
      expect(text).toBe(bytes.toString('utf8', 0, bytes.length - waiting.length));
    }),
  );
});
