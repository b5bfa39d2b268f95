import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBodyQuoter } from './quote-bodies.ts';

const beginnings = ['{"tools":[{"name":"a"}]', '{"model":"m"}', '[😀'].map((text) =>
  text.repeat(300),
);

it('quotes as JSON.stringify does, whatever came before', () => {
  const text = fc
    .tuple(fc.constantFrom(...beginnings), fc.nat(6000), fc.string({ unit: 'binary' }))
    .map(([beginning, length, end]) => beginning.slice(0, length) + end);
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      const quote = createBodyQuoter();
      for (const one of texts) expect(JSON.parse(quote(one))).toBe(one);
    }),
  );
});

it('is not led astray by many beginnings, nor by one that is cut within a character', () => {
  const quote = createBodyQuoter();
  const many = Array.from({ length: 30 }, (_, index) => `${index} ${'"x"'.repeat(1000)}`);
  for (const one of [...many, ...many]) expect(quote(one)).toBe(JSON.stringify(one));
  const smile = `${'a'.repeat(3000)}😀`;
  const other = `${'a'.repeat(3000)}\ud83d\ude01`;
  for (const one of [smile, other, smile]) expect(quote(one)).toBe(JSON.stringify(one));
});
