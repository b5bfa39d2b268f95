import { expect, it } from 'vitest';
import { noOptions } from './no-options.ts';

it('takes nothing, and names what it is given', () => {
  expect([noOptions(undefined), noOptions({})]).toEqual([{}, {}]);
  expect(() => noOptions({ depth: 1, width: 2 })).toThrow('depth, width');
  for (const bad of [null, 'x', 5, []]) expect(() => noOptions(bad)).toThrow(JSON.stringify(bad));
});
