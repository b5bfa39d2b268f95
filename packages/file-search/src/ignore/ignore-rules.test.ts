import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../../test/local-computer.ts';
import { parseIgnoreFile } from './ignore-file.ts';
import { IgnoreRules } from './ignore-rules.ts';

/** What stands in a folder's ignore file, by folder, relative to `/r`. */
type Files = Readonly<Record<string, string>>;

/** As a walk comes to it: the first folder above that is ignored settles it. */
function isIgnored(path: string, files: Files, isItselfFolder = false): boolean {
  let rules = IgnoreRules.none;
  const names = path.split('/');
  for (let depth = 0; depth < names.length; depth += 1) {
    const folder = names.slice(0, depth).join('/');
    const text = files[folder];
    if (text !== undefined) {
      const own = new Map([['.gitignore' as const, parseIgnoreFile(text)]]);
      rules = rules.enter(folder === '' ? '/r' : `/r/${folder}`, {
        isRepository: false,
        rules: own,
      });
    }
    const isFolder = isItselfFolder || depth < names.length - 1;
    if (rules.ignores(`/r/${names.slice(0, depth + 1).join('/')}`, isFolder)) return true;
  }
  return false;
}

describe('IgnoreRules', () => {
  it.each([
    ['*.log', 'a/b.log', true],
    ['/a.log', 'b/a.log', false],
    ['a/b', 'x/a/b', false],
    ['build/', 'build', false],
    ['build/', 'x/build/y', true],
    ['*\n!keep', 'keep', false],
    ['a/*\n!a/b', 'a/b', false],
    ['a\n!a/b', 'a/b', true],
    ['# no\n\\#yes', '#yes', true],
    ['\\!yes', '!yes', true],
    ['trailing   ', 'trailing', true],
    ['one\\ ', 'one ', true],
    ['a\r\nb\r\n', 'a', true],
    ['\ufeffa', 'a', true],
    ['a/**', 'a', false],
    ['a/**/b', 'a/b', true],
    ['[bad', '[bad', false],
    ['[]-]', '-', true],
    ['foo\\', 'foo\\', false],
  ])('%j and %s: %s', (text, path, expected) => {
    expect(isIgnored(path, { '': text })).toBe(expected);
  });

  it('hears the nearest file first, and a stronger kind before all others', () => {
    expect(isIgnored('a/x', { '': '*', a: '!x' })).toBe(true);
    expect(isIgnored('a/x', { '': 'x', a: '!x' })).toBe(false);
    const rules = IgnoreRules.none
      .enter('/', { isRepository: false, rules: new Map([['.ignore', parseIgnoreFile('!x')]]) })
      .enter('/r', {
        isRepository: true,
        rules: new Map([['.gitignore', parseIgnoreFile('x\ny')]]),
      });
    expect([rules.ignores('/r/x', false), rules.ignores('/r/y', false)]).toEqual([false, true]);
  });

  it('lets a repository begin anew with what git ignores, not with the rest', () => {
    const above = new Map([
      ['.gitignore' as const, parseIgnoreFile('git')],
      ['.ignore' as const, parseIgnoreFile('all')],
    ]);
    const rules = IgnoreRules.none
      .enter('/r', { isRepository: true, rules: above })
      .enter('/r/sub', { isRepository: true, rules: new Map() });
    expect(rules.ignores('/r/sub/git', false)).toBe(false);
    expect(rules.ignores('/r/sub/all', false)).toBe(true);
  });

  describe.skipIf(findProgram('git') === undefined)('beside git itself', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'ignore-'));
      spawnSync('git', ['init', '-q', folder]);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const word = fc.constantFrom('a', 'b', 'ab', 'c.d', '.e', 'a b');
    const glob = fc.oneof(
      word,
      fc.constantFrom('*', '**', 'a*', '*b', '?', '*.d', '[ab]', '[!a]', '[a-b]*', 'a**b', '\\a'),
    );
    const line = fc
      .record({
        isNegated: fc.boolean(),
        start: fc.constantFrom('', '/'),
        globs: fc.array(glob, { minLength: 1, maxLength: 3 }),
        end: fc.constantFrom('', '/', ' ', '/**'),
      })
      .map(
        (parts) =>
          `${parts.isNegated ? '!' : ''}${parts.start}${parts.globs.join('/')}${parts.end}`,
      );
    const text = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'));
    const paths = ['a', 'b', 'ab', 'c.d', '.e', 'a b'].flatMap((first) => [
      `x/${first}`,
      ...['a', 'b', 'ab', 'c.d', '.e'].map((second) => `${first}/${second}`),
      `${first}/a/b`,
      `${first}/b/a/c.d`,
    ]);

    const isFolder = (path: string) => paths.some((other) => other.startsWith(`${path}/`));

    it('ignores the same', () => {
      // Ten folders to one git: to start it costs more than all that it is asked.
      const folders = fc.array(fc.record({ root: text, below: text }), {
        minLength: 10,
        maxLength: 10,
      });
      const places = Array.from({ length: 10 }, (_, index) => `r${index}`);
      for (const place of places) {
        for (const path of paths) {
          mkdirSync(dirname(join(folder, place, path)), { recursive: true });
        }
      }
      const asked = places.flatMap((place) => paths.map((path) => `${place}/${path}`));
      fc.assert(
        fc.property(folders, (cases) => {
          cases.forEach(({ root, below }, index) => {
            writeFileSync(join(folder, `r${index}/.gitignore`), root);
            writeFileSync(join(folder, `r${index}/a/.gitignore`), below);
          });
          const { stdout } = spawnSync('git', ['check-ignore', '-z', '--stdin', '--no-index'], {
            cwd: folder,
            input: asked.join('\0'),
          });
          const byGit = new Set(stdout.toString().split('\0'));
          cases.forEach(({ root, below }, index) => {
            const files = { '': root, a: below };
            const ours = paths.filter((path) => isIgnored(path, files, isFolder(path)));
            expect([files, ours]).toEqual([
              files,
              paths.filter((path) => byGit.has(`r${index}/${path}`)),
            ]);
          });
        }),
        { numRuns: 15 },
      );
    });
  });
});
