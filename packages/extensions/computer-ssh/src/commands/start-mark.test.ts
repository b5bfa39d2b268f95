import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStartMark } from './start-mark.ts';

const nonce = '0123456789abcdef';

it('drops what a login says, however the bytes are cut', () => {
  const text = `Welcome 0123\n${nonce} started 7\nout ${nonce} put`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const lines: string[] = [];
      const mark = createStartMark(nonce, (words) => lines.push(words));
      const ends = [...cuts, text.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
      const given = pieces.map((piece) => mark.take(Buffer.from(piece)).toString());
      expect(given.join('')).toBe(`out ${nonce} put`);
      expect(lines).toEqual(['started 7']);
      expect(mark.noise()).toBe('Welcome 0123\n');
    }),
  );
});

it('keeps little of a login that never ends', () => {
  const mark = createStartMark(nonce, () => {});
  for (let round = 0; round < 100; round += 1) mark.take(Buffer.alloc(1000, 'x'));
  expect(mark.noise()).toHaveLength(10_000);
});
