import { expect, test } from 'vitest';
import { surplusOf } from './surplus.ts';

const file = (sequence: number, bytes: number, writtenAt: number) => ({
  sequence,
  bytes,
  writtenAt,
});
const files = [file(3, 10, 100), file(4, 20, 200), file(5, 30, 300)];

test.each([
  [60, 0, []],
  [59, 0, [3]],
  [49, 0, [3, 4]],
  [29, 0, [3, 4, 5]],
  [60, 100, []],
  [60, 101, [3]],
  [60, 301, [3, 4, 5]],
  [49, 101, [3, 4]],
])('of at most %d bytes and not before %d, %j go', (maxBytes, since, expected) => {
  expect(surplusOf(files, { maxBytes, since })).toEqual(expected);
});

test('what lies before a file that goes does not stay', () => {
  // The clock was set back in between.
  const odd = [file(1, 1, 500), file(2, 1, 50), file(3, 1, 60)];
  expect(surplusOf(odd, { maxBytes: 100, since: 55 })).toEqual([1, 2]);
});

test('without files there is nothing to remove', () => {
  expect(surplusOf([], { maxBytes: 0, since: 1 })).toEqual([]);
});
