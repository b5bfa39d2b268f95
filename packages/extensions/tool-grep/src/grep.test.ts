import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extensionConformance, toolConformance } from '@dispatch/conformance';
import type { JsonValue } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findProgram,
  localComputer,
  plainComputer,
  type TestComputer,
} from '../../../../test/local-computer.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import extension, { createGrepTool } from './index.ts';

extensionConformance('tool-grep', extension);

const files: Readonly<Record<string, string | Buffer>> = {
  'a.ts': 'const one = 1;\nconst two = 2;\n\nfunction add() {\n  return one + two;\n}\n',
  'b.md': '# One\ntwo words and 50% (of it)\n',
  'src/c.ts': "import { add } from './a';\nadd();\n",
  'src/new\nline.ts': 'const one = 1;\n',
  'src/.env': 'ONE=1\r\nTWO=2\r\n',
  'latin1.txt': Buffer.from('caf\xe9 one\n', 'latin1'),
  'utf8.txt': 'café\nÜBER\nüber\n',
  'long.js': `var one="${'x'.repeat(3000)}";\n`,
  'binary.dat': Buffer.from('one\0two\n'),
  'dist/out.js': 'const one = 1;\n',
  '.git/config': 'one\n',
  'empty.txt': '',
  'no-end.txt': 'the last one',
  '--strange:1:name': 'one\n',
};

function makeTree(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grep-')));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff])]), 'one bad\n');
  writeFileSync(join(folder, '.gitignore'), 'dist/\n');
  symlinkSync('/etc', join(folder, 'out'));
  symlinkSync('..', join(folder, 'src/up'));
  return folder;
}

const engines = [
  { name: 'ripgrep', make: localComputer, isThere: findProgram('rg') !== undefined },
  { name: 'find and grep', make: plainComputer, isThere: true },
];

const all = ['--strange:1:name', 'a.ts', 'bad-\ufffd', 'latin1.txt', 'long.js', 'no-end.txt'];

describe.each(engines)('grep by $name', ({ name, make, isThere }) => {
  describe.skipIf(!isThere)('where it is there', () => {
    let folder: string;
    let made: TestComputer;
    beforeAll(() => {
      folder = makeTree();
      made = make();
    });
    afterAll(async () => {
      await made.dispose();
      rmSync(folder, { recursive: true });
    });

    toolConformance(
      `grep by ${name}`,
      () => {
        const cwd = makeTree();
        const { files: view, dispose } = make();
        return {
          tool: createGrepTool({ files: view, runtime: realTimeRuntime() }),
          cwd,
          dispose: async () => {
            await dispose();
            rmSync(cwd, { recursive: true });
          },
        };
      },
      {
        valid: [
          { pattern: 'one' },
          { pattern: 'o+ne', output: 'count', path: 'src', limit: 1 },
          { pattern: '(', literal: true, output: 'files' },
        ],
        invalid: [{}, 'x', { pattern: '' }, { pattern: 'a\nb' }, { pattern: 'a', glob: '[' }],
      },
    );

    const run = async (input: JsonValue, signal = new AbortController().signal) => {
      const tool = createGrepTool({ files: made.files, runtime: realTimeRuntime() });
      const call = tool.prepare(input);
      if (!call.ok) throw new Error(call.message);
      const { content, isError = false } = await call.run(fakeToolContext({ signal, cwd: folder }));
      const [text = '', note = ''] = content.map((part) => (part.type === 'text' ? part.text : ''));
      return { isError, lines: text.trimEnd().split('\n'), text, note };
    };

    it('finds files: not ignored ones, binary ones, links or .git, whatever their names are', async () => {
      const { lines, note } = await run({ pattern: 'one', output: 'files' });
      expect(lines).toEqual([...all, '"src/new\\nline.ts"']);
      expect(note).toBe('');
    });

    it.each<[{ [key: string]: JsonValue }, readonly string[]]>([
      [
        { pattern: 'ONE', case: 'insensitive', output: 'files' },
        [
          ...all.slice(0, 2),
          'b.md',
          ...['bad-\ufffd', 'latin1.txt', 'long.js', 'no-end.txt'],
          'src/.env',
          '"src/new\\nline.ts"',
        ].sort(byRawName),
      ],
      [{ pattern: 'one', output: 'files', glob: '*.ts' }, ['a.ts', '"src/new\\nline.ts"']],
      [{ pattern: 'one', output: 'files', glob: '/*.ts' }, ['a.ts']],
      [
        { pattern: 'one', output: 'files', glob: '*.{js,txt}', exclude: 'no-*' },
        ['latin1.txt', 'long.js'],
      ],
      [{ pattern: 'one', output: 'files', path: 'dist' }, ['dist/out.js']],
      [{ pattern: 'one', output: 'files', path: 'dist/out.js' }, ['dist/out.js']],
      [{ pattern: 'one', output: 'files', glob: 'dist/**', includeIgnored: true }, ['dist/out.js']],
      [{ pattern: 'one', output: 'count', glob: '*.ts' }, ['a.ts: 2', '"src/new\\nline.ts": 1']],
      [
        { pattern: 'const \\w+ = \\d', glob: 'a.ts' },
        ['a.ts', '1:const one = 1;', '2:const two = 2;'],
      ],
      [{ pattern: 'add\\(\\)' }, ['a.ts', '4:function add() {', '', 'src/c.ts', '2:add();']],
      [{ pattern: 'add()', literal: true, path: 'src' }, ['src/c.ts', '2:add();']],
      [{ pattern: '50% (of', literal: true }, ['b.md', '2:two words and 50% (of it)']],
      [{ pattern: '^TWO=2.?$' }, ['src/.env', '2:TWO=2']],
      [{ pattern: 'caf. one', path: 'latin1.txt' }, []],
      [{ pattern: ' one', path: 'latin1.txt' }, ['latin1.txt', '1:caf\ufffd one']],
      [{ pattern: '^caf.$' }, ['utf8.txt', '1:café']],
      [{ pattern: 'über', case: 'insensitive' }, ['utf8.txt', '2:ÜBER', '3:über']],
      [{ pattern: '(?i)über' }, ['utf8.txt', '2:ÜBER', '3:über']],
      [{ pattern: '--strange', literal: true }, []],
      [{ pattern: 'last', path: 'no-end.txt' }, ['no-end.txt', '1:the last one']],
      [
        { pattern: 'from "?\\.\\/a|from \\\'\\.\\/a' },
        ['src/c.ts', "1:import { add } from './a';"],
      ],
      [
        { pattern: 'return', context: 1 },
        ['a.ts', '4-function add() {', '5:  return one + two;', '6-}'],
      ],
      [
        { pattern: 'const one|^}', path: 'a.ts', context: 1 },
        ['a.ts', '1:const one = 1;', '2-const two = 2;', '--', '5-  return one + two;', '6:}'],
      ],
      [{ pattern: 'one', path: '--strange:1:name' }, ['--strange:1:name', '1:one']],
      [{ pattern: 'one', path: 'binary.dat' }, []],
    ])('%j', async (input, expected) => {
      const { lines, note, isError } = await run(input);
      expect(isError).toBe(false);
      if (expected.length === 0) expect(lines[0]).toMatch(/^\[Nothing matches/);
      else expect({ lines, note }).toEqual({ lines: expected, note: '' });
    });

    it('shows the beginning of a long line and says how long it is', async () => {
      const { lines } = await run({ pattern: 'var one' });
      expect(lines[1]).toMatch(/^1:var one="x{491}… \[a line of 3011 bytes\]$/);
    });

    it('stops at its limit, says what there is, and how to narrow', async () => {
      const content = await run({ pattern: 'one', limit: 2 });
      expect(content.lines).toEqual(['--strange:1:name', '1:one', '', 'a.ts', '1:const one = 1;']);
      expect(content.note).toMatch(
        /^\[The first 2 lines that match, .* 7 files that match\. Narrow/,
      );
      const some = await run({ pattern: 'one', limit: 2, output: 'files' });
      expect(some.lines).toEqual(['--strange:1:name', 'a.ts']);
      expect(some.note).toMatch(/^\[The first 2 of 7 files that match, by path\. Narrow/);
    });

    it('tells what is wrong with a pattern', async () => {
      for (const pattern of ['a(', 'a)', '[a', '*', 'a{2,1}', '\\q', '(?=a)', 'a\\1']) {
        const { isError, text } = await run({ pattern });
        expect([pattern, isError]).toEqual([pattern, true]);
        expect(text).toMatch(/^The pattern can not be read: [\s\S]*set literal to true/);
      }
    });

    it('refuses what lies outside', async () => {
      for (const path of ['..', '/etc', 'out', 'out/passwd', 'nowhere']) {
        expect(await run({ pattern: 'root', path })).toMatchObject({ isError: true });
      }
    });
  });
});

/** As their bytes sort: `\ufffd` stands for 0xff, the line break for itself. */
function byRawName(left: string, right: string): number {
  const raw = (name: string) =>
    name.replace(/^"|"$/g, '').replace('\\n', '\n').replace('\ufffd', '\xff');
  return raw(left) < raw(right) ? -1 : 1;
}

describe('grep', () => {
  it('says what a call touches', async () => {
    const { files: view, dispose } = plainComputer();
    const tool = createGrepTool({ files: view, runtime: realTimeRuntime() });
    expect(tool.subjectOf?.({ pattern: 'a', path: 'src' })).toEqual({ paths: ['src'] });
    expect(tool.subjectOf?.({ pattern: 'a' })).toEqual({ paths: ['.'] });
    expect([tool.effect, tool.isConcurrent]).toEqual(['pure', true]);
    await dispose();
  });
});
