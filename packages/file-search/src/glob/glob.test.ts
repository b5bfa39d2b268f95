import { realTime } from '@dispatch/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.ts';
import { compileSegment } from './segment.ts';

const matching = (glob: string, paths: readonly string[]) => {
  const { matches } = compileGlob(glob);
  return paths.filter((path) => matches(path));
};

describe('compileGlob', () => {
  const paths = [
    'a.ts',
    'a.tsx',
    'b.md',
    'src/a.ts',
    'src/deep/c.ts',
    'src/deep/.env',
    'x/src/d.ts',
  ];

  it.each([
    ['**', paths],
    ['*', paths],
    ['*.ts', ['a.ts', 'src/a.ts', 'src/deep/c.ts', 'x/src/d.ts']],
    ['/*.ts', ['a.ts']],
    ['./*.ts', ['a.ts']],
    ['src/*.ts', ['src/a.ts']],
    ['src/**/*.ts', ['src/a.ts', 'src/deep/c.ts']],
    ['**/src/**', ['src/a.ts', 'src/deep/c.ts', 'src/deep/.env', 'x/src/d.ts']],
    ['src/', ['src/a.ts', 'src/deep/c.ts', 'src/deep/.env', 'x/src/d.ts']],
    ['/src/', ['src/a.ts', 'src/deep/c.ts', 'src/deep/.env']],
    ['src/**/deep/**/c.*', ['src/deep/c.ts']],
    ['*.{ts,md}', ['a.ts', 'b.md', 'src/a.ts', 'src/deep/c.ts', 'x/src/d.ts']],
    ['{src/deep,x/**}/*.t[!x]', ['src/deep/c.ts', 'x/src/d.ts']],
    ['[ab].*', ['a.ts', 'a.tsx', 'b.md', 'src/a.ts']],
    ['?.ts?', ['a.tsx']],
    ['.*', ['src/deep/.env']],
  ])('%s', (glob, expected) => {
    expect(matching(glob, paths)).toEqual(expected);
  });

  it('takes every character by itself behind a backslash, and braces that are none as they are', () => {
    const odd = ['a*b', 'a\\b', '[x]', '{a}', '{a', 'a,b', 'é.md', '😀.md'];
    expect(matching('a\\*b', odd)).toEqual(['a*b']);
    expect(matching('a\\\\b', odd)).toEqual(['a\\b']);
    expect(matching('\\[x\\]', odd)).toEqual(['[x]']);
    expect(matching('{a}', odd)).toEqual(['{a}']);
    expect(matching('{a', odd)).toEqual(['{a']);
    expect(matching('?.md', odd)).toEqual(['é.md', '😀.md']);
    expect(matching('[à-ü].md', odd)).toEqual(['é.md']);
  });

  it.each(['[a', 'a\\', '/', '.', '../a', `${'{a,b}'.repeat(9)}`, 'a'.repeat(5000)])(
    'refuses %s with a sentence',
    (glob) => {
      expect(() => compileGlob(glob)).toThrow(/ .*\.$/);
    },
  );

  it('agrees with a regular expression', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '*', '?', '*a', 'a*b', '*b*', '**');
    const glob = fc.array(piece, { minLength: 2, maxLength: 5 }).map((pieces) => pieces.join('/'));
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(glob, path, (text, found) => {
        expect(compileGlob(text).matches(found)).toBe(regexOf(text).test(found));
      }),
      { numRuns: 2000 },
    );
  });

  it('names what the last names look like, or nothing where they may be any', () => {
    expect(compileGlob('src/**/*.{ts,tsx}').names).toEqual(['*.ts', '*.tsx']);
    expect(compileGlob('a[bc]?.ts').names).toEqual(['a*.ts']);
    expect(compileGlob('{*.ts,src/**}').names).toBeUndefined();
    const glob = fc.string({ unit: fc.constantFrom('a', '*', '?', '[ab]', '.'), minLength: 1 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1 });
    fc.assert(
      fc.property(glob, name, (text, found) => {
        const segment = compileSegment(text);
        if (segment?.matches(found))
          expect(compileSegment(segment.widened)?.matches(found)).toBe(true);
      }),
    );
  });

  it('takes no time that grows with the number of stars', realTime, () => {
    const stars = compileGlob(`${'*a'.repeat(40)}b`);
    const folders = compileGlob(`${'**/a/'.repeat(20)}b`);
    const from = performance.now();
    expect(stars.matches('a'.repeat(250))).toBe(false);
    expect(folders.matches('a/'.repeat(500).concat('c'))).toBe(false);
    expect(performance.now() - from).toBeLessThan(200);
  });
});

/** `**` behind the last `/` asks for a name, before it for any number of them. */
function regexOf(glob: string): RegExp {
  const pieces = glob.split('/');
  const source = pieces.map((piece, at) => {
    const isLast = at === pieces.length - 1;
    if (piece === '**') return isLast ? '[^/]+(?:/[^/]+)*' : '(?:[^/]+/)*';
    const name = [...piece].map((one) => (one === '*' ? '[^/]*' : one === '?' ? '[^/]' : one));
    return name.join('') + (isLast ? '' : '/');
  });
  return new RegExp(`^${source.join('')}$`);
}
