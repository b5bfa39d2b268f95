import { expect, it } from 'vitest';
import { parseStat } from './processes.ts';

it('reads a state behind a name that looks like one', () => {
  expect(parseStat('12 (a) Z 1) S 1 34 34 0')).toEqual({ isDead: false, group: 34 });
  expect(parseStat('12 (sh) Z 1 34 34 0')).toEqual({ isDead: true, group: 34 });
  expect(parseStat('')).toBeUndefined();
});
