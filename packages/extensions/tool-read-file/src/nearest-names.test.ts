import { describe, expect, it } from 'vitest';
import { nearestNames } from './nearest-names.ts';

describe('nearestNames', () => {
  it('puts the likeliest first and leaves out the unlike', () => {
    const names = ['index.ts', 'index.test.ts', 'zebra.md', 'indx.ts'];
    expect(nearestNames('index.js', names)).toEqual(['index.ts', 'indx.ts']);
    expect(nearestNames('INDEX', names)).toEqual(['index.test.ts', 'index.ts']);
    expect(nearestNames('q', names)).toEqual([]);
  });
});
