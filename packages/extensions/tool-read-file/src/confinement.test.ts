import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInside, resolveInside } from './confinement.ts';

const segment = fc.constantFrom('a', 'b', '..', '.', '', 'a b', '...');
const path = fc.array(segment, { maxLength: 8 }).map((segments) => segments.join('/'));

describe('resolveInside', () => {
  it('agrees with a walk, segment by segment', () => {
    fc.assert(
      fc.property(path, (relative) => {
        const walked = posix.normalize(posix.join('/home/me/work', relative));
        const expected = relative.startsWith('/')
          ? posix.normalize(relative).replace(/\/$/, '') === '/home/me/work'
          : `${walked}/`.replace(/\/+$/, '/').startsWith('/home/me/work/');
        expect(resolveInside('/home/me/work', relative).ok).toBe(expected);
      }),
    );
  });

  it('is not deceived by a name that only begins like the folder', () => {
    expect(isInside('/home/me', '/home/mean')).toBe(false);
    expect(isInside('/home/me', '/home/me')).toBe(true);
    expect(isInside('/', '/anything')).toBe(true);
    expect(isInside('/home/me', '')).toBe(false);
  });
});
