import { expect, it, test } from 'vitest';
import { parseOptions } from './options.ts';

test('there are none', () => {
  expect(parseOptions(undefined)).toEqual({});
  expect(parseOptions({})).toEqual({});
});

it.each([
  [{ path: '/x' }, 'path'],
  [[], 'object'],
  ['x', 'object'],
])('refuses %j', (raw, word) => {
  expect(() => parseOptions(raw)).toThrow(word);
});
