import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from './cursor.ts';

test('a cursor goes there and back', () => {
  expect(parseCursor(formatCursor('t-1', 2 ** 32 + 5))).toEqual({ turnId: 't-1', n: 2 ** 32 + 5 });
});

test.each(['', 't', 't:', ':1', 't:-1', 't:1.5', 't:9999999999999999', 'a b:1', 't:1 '])(
  '%j is none',
  (text) => {
    expect(parseCursor(text)).toBeUndefined();
  },
);
