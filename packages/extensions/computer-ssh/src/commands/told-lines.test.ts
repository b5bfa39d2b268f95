import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createToldLines } from './told-lines.ts';

const nonce = '0123456789abcdef0123456789abcdef';

/** Takes a text in pieces that end at these places. */
function take(text: string, cuts: readonly number[]) {
  const lines: string[] = [];
  const told = createToldLines(nonce, (words) => lines.push(words));
  const bytes = Buffer.from(text);
  const given: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    given.push(...told.take(bytes.subarray(from, cut)));
    from = Math.max(from, cut);
  }
  given.push(told.rest());
  return { lines, text: Buffer.concat(given).toString(), noise: told.noise() };
}

it('takes its lines out, however the bytes are cut, and drops what a login said before', () => {
  const text = `Welcome\n${nonce} started 7\nout 0123 put ${nonce} exited 3 -\nlate 01234567`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      expect(take(text, cuts)).toEqual({
        lines: ['started 7', 'exited 3 -'],
        text: 'out 0123 put late 01234567',
        noise: 'Welcome\n',
      });
    }),
  );
});

it('holds nothing back that can be no line of its own', () => {
  const told = createToldLines(nonce, () => {});
  told.take(Buffer.from(`${nonce} begun\n`));
  expect(Buffer.concat(told.take(Buffer.from('plain 0'))).toString()).toBe('plain ');
  expect(Buffer.concat(told.take(Buffer.from('x'))).toString()).toBe('0x');
});
