import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../../../test/local-computer.ts';
import { grepPattern, ripgrepPattern } from '../search/search-pattern.ts';
import { toExtendedRegex } from './extended-regex.ts';

describe('toExtendedRegex', () => {
  it.each([
    ['foo.bar\\.baz', 'foo.bar\\.baz'],
    ['\\d+\\s*\\w', '[0-9]+[[:space:]]*[[:alnum:]_]'],
    ['\\D\\S', '[^0-9][^[:space:]]'],
    ['(?:a|b)*?c', '(a|b)*c'],
    ['(?P<name>a)(?<other>b)', '(a)(b)'],
    ['[\\w.-]', '[[:alnum:]_.-]'],
    ['[^\\]a]', '[^]a]'],
    ['[\\^]', '\\^'],
    ['[-^]', '[-^]'],
    ['[\\[.]', '[.[]'],
    ['[+-\\-]', '[+,-]'],
    ['a{2,3}?', 'a{2,3}'],
    ['a**', '(a*)*'],
    ['^*', '(^)*'],
    ['a|', 'a|()'],
    ['\\t\\x41\\u{e9}', '\tAé'],
    ['}\\{]', '}\\{]'],
    ['\\Ab\\z', '^b$'],
  ])('%s as %s', (pattern, expected) => {
    expect(toExtendedRegex(pattern)).toEqual({ regex: expected, isIgnoringCase: false });
  });

  it.each([
    ['a(b', /\( is not closed.* at character 4/],
    ['a)', /\) has no \(/],
    ['+a', /\+ has nothing to repeat/],
    ['function {', /\{ has nothing to repeat: write \\\{/],
    ['[a', /not closed with \]/],
    ['[z-a]', /runs backwards/],
    ['a{3,2}', /runs backwards/],
    ['(?=a)', /no lookaround/],
    ['(a)\\1', /\\1 is not supported/],
    ['\\p{L}', /\\p is not supported/],
    ['[a&&b]', /&& inside/],
    ['[a--b]', /-- inside/],
    ['(a|^b)+', /inside of a repeated group/],
    ['[\\w-z]', /does not begin with a class/],
    ['a\\', /\\ stands last/],
    ['\\n', /\\n is not supported/],
    ['('.repeat(300), /too deep/],
  ])('refuses %s and says why', (pattern, expected) => {
    expect(() => toExtendedRegex(pattern)).toThrow(expected);
  });

  describe.skipIf(findProgram('rg') === undefined)('beside ripgrep', () => {
    let folder: string;
    const lines = [
      '',
      'a',
      'b',
      'ab',
      'ba',
      'aab',
      'a b',
      ' a-b',
      'a_1',
      '12',
      '[a]',
      '^a$',
      'A.B',
      '-',
      'a\\b',
      'é a',
      'ÉA',
      '{1}',
      'x]y',
      '\ta',
    ];
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'regex-'));
      writeFileSync(join(folder, 'lines'), `${lines.join('\n')}\n`);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** `grep` goes back and forth over repetitions of repetitions: what takes it longer says nothing of their meaning. */
    const patienceMs = 500;
    const numbers = (program: string, args: readonly string[], timeout?: number) => {
      const { error, stdout, status } = spawnSync(program, [...args, '--', 'lines'], {
        cwd: folder,
        env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
        timeout,
      });
      // One that is late may have ended well, and its lines be lost all the same.
      if (error !== undefined) return undefined;
      return { status, found: stdout.toString().replaceAll(/:.*$/gm, '') };
    };

    const member = fc.constantFrom(
      'a',
      'b',
      'é',
      '1',
      '\\d',
      '\\w',
      '\\s',
      'a-b',
      '0-9',
      '\\]',
      '\\[',
      '\\^',
      '-',
      '.',
      '$',
      '_',
      '\\\\',
    );
    const bracket = fc
      .tuple(fc.boolean(), fc.array(member, { minLength: 1, maxLength: 4 }))
      .map(([isNegated, members]) => `[${isNegated ? '^' : ''}${members.join('')}]`);
    const atom = fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        'é',
        '1',
        ' ',
        '-',
        '_',
        '.',
        '^',
        '$',
        '\\.',
        '\\^',
        '\\$',
        '\\[',
        ']',
        '\\\\',
        '\\{',
        '}',
        '\\/',
      ),
      fc.constantFrom('\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\b', '\\t', '\\x61'),
      bracket,
    );
    const times = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,1}', '*?', '+?');
    const { pattern } = fc.letrec<{ pattern: string; group: string }>((tie) => ({
      group: fc.oneof(
        { maxDepth: 2 },
        atom,
        tie('pattern').map((inner) => `(${inner})`),
      ),
      pattern: fc
        .array(
          fc.tuple(tie('group'), times).map((parts) => parts.join('')),
          { minLength: 1, maxLength: 4 },
        )
        .chain((parts) => fc.constantFrom(parts.join(''), `${parts.join('')}|${parts[0]}`)),
    }));

    it('finds the same lines', () => {
      fc.assert(
        fc.property(pattern, fc.boolean(), (text, isIgnoringCase) => {
          const search = { text, isLiteral: false, isIgnoringCase };
          const ripgrep = numbers('rg', ['--no-config', '-n', ...ripgrepPattern(search)]);
          let args: readonly string[];
          try {
            args = grepPattern(search);
          } catch (error) {
            // Some it says that it can not; with the rest ripgrep is at one.
            const isKnown = String(error).includes('not supported here') || ripgrep?.status === 2;
            expect([text, error, isKnown]).toEqual([text, error, true]);
            return;
          }
          const grep = numbers('grep', ['-n', ...args], patienceMs);
          fc.pre(grep !== undefined);
          expect([text, grep]).toEqual([text, ripgrep]);
        }),
        // The same ones each time: what else GNU's grep gets wrong is no news of this code.
        { numRuns: 100, seed: 20261121, interruptAfterTimeLimit: 10_000 },
      );
    });
  });
});
