import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followsWithoutGap, formatCursor, ownerStride, parseCursor } from './cursor.ts';

const turnId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const n = fc.nat({ max: Number.MAX_SAFE_INTEGER });

test('a cursor survives its text', () => {
  fc.assert(
    fc.property(turnId, n, (id, number) => {
      expect(parseCursor(formatCursor({ turnId: id, n: number }))).toEqual({
        turnId: id,
        n: number,
      });
    }),
  );
});

test('what is no cursor is undefined, whatever it is', () => {
  for (const text of [
    '',
    ':',
    'a',
    'a:',
    ':1',
    'a:-1',
    'a:1.5',
    'a:01',
    'a:1:2',
    'a b:1',
    'a:1 ',
  ]) {
    expect(parseCursor(text), text).toBeUndefined();
  }
  expect(parseCursor(`a:${2 ** 53}`)).toBeUndefined();
  expect(parseCursor(`${'a'.repeat(65)}:1`)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cursor = parseCursor(text);
      expect(cursor === undefined || formatCursor(cursor) === text).toBe(true);
    }),
  );
});

test('the next owner of a turn leaves no gap, a lost event does', () => {
  expect(followsWithoutGap(4, 5)).toBe(true);
  expect(followsWithoutGap(4, 6)).toBe(false);
  expect(followsWithoutGap(4, 4)).toBe(false);
  expect(followsWithoutGap(4, ownerStride)).toBe(true);
  expect(followsWithoutGap(4, 3 * ownerStride)).toBe(true);
  expect(followsWithoutGap(4, ownerStride + 1)).toBe(false);
  expect(followsWithoutGap(ownerStride + 4, 2 * ownerStride)).toBe(true);
  expect(followsWithoutGap(ownerStride + 4, 7)).toBe(false);
});
