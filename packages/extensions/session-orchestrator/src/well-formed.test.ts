import { expect, test } from 'vitest';
import { wellFormed } from './well-formed.ts';

test('lone surrogates become U+FFFD, in keys too; the rest is the same object', () => {
  const good = { a: ['x', '😀', null, 1], b: { c: true } };
  expect(wellFormed(good)).toBe(good);
  expect(wellFormed({ '\ud800': ['\udc00x'] })).toEqual({ '\ufffd': ['\ufffdx'] });
});
