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
import extension, { createGlobTool } from './index.ts';

extensionConformance('tool-glob', extension);

function makeTree(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'glob-')));
  const files = ['a.ts', 'b.md', 'src/c.ts', 'src/deep/d.tsx', 'src/.hidden.ts', '.git/e.ts'];
  const ignored = ['dist/f.ts', 'src/g.log.ts'];
  for (const file of [...files, ...ignored, 'new\nline.ts', 'é.ts']) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff, 0x2e, 0x63])]),
    '',
  );
  writeFileSync(join(folder, '.gitignore'), 'dist/\n*.log.ts\n');
  symlinkSync('/etc', join(folder, 'out'));
  symlinkSync('..', join(folder, 'src/up'));
  return folder;
}

const engines = [
  { name: 'ripgrep', make: localComputer, isThere: findProgram('rg') !== undefined },
  { name: 'a walk of our own', make: plainComputer, isThere: true },
];

describe.each(engines)('glob by $name', ({ name, make, isThere }) => {
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
    const toolOf = () => createGlobTool({ files: made.files, runtime: realTimeRuntime() });

    toolConformance(
      `glob by ${name}`,
      () => {
        const cwd = makeTree();
        const { files, dispose } = make();
        return {
          tool: createGlobTool({ files, runtime: realTimeRuntime() }),
          cwd,
          dispose: async () => {
            await dispose();
            rmSync(cwd, { recursive: true });
          },
        };
      },
      {
        valid: [{ pattern: '*.ts' }, { pattern: '**', path: 'src', exclude: '*.tsx', limit: 1 }],
        invalid: [
          {},
          '*',
          { pattern: '' },
          { pattern: '[a' },
          { pattern: '!a' },
          { pattern: 'a\0' },
        ],
      },
    );

    const run = async (input: JsonValue, signal = new AbortController().signal) => {
      const call = toolOf().prepare(input);
      if (!call.ok) throw new Error(call.message);
      const { content, isError = false } = await call.run(fakeToolContext({ signal, cwd: folder }));
      const [text = '', note = ''] = content.map((part) => (part.type === 'text' ? part.text : ''));
      return { isError, lines: text.trimEnd().split('\n'), text, note };
    };

    it('lists files by path, ignored ones and .git left out, links neither told nor followed', async () => {
      const { lines } = await run({ pattern: '**/*' });
      const expected = ['.gitignore', 'a.ts', 'b.md', 'bad-\ufffd.c', '"new\\nline.ts"'];
      expect(lines).toEqual([...expected, 'src/.hidden.ts', 'src/c.ts', 'src/deep/d.tsx', 'é.ts']);
    });

    it.each([
      [{ pattern: '*.ts' }, ['a.ts', '"new\\nline.ts"', 'src/.hidden.ts', 'src/c.ts', 'é.ts']],
      [{ pattern: '*.ts', exclude: 'src/**' }, ['a.ts', '"new\\nline.ts"', 'é.ts']],
      [{ pattern: '?.ts' }, ['a.ts', 'src/c.ts', 'é.ts']],
      [{ pattern: '*.{tsx,md}' }, ['b.md', 'src/deep/d.tsx']],
      [{ pattern: 'deep/*', path: 'src' }, ['src/deep/d.tsx']],
      [{ pattern: 'dist/**', includeIgnored: true }, ['dist/f.ts']],
      [{ pattern: '*.c' }, ['bad-\ufffd.c']],
    ])('%j', async (input, expected) => {
      expect(await run(input)).toMatchObject({ lines: expected, note: '', isError: false });
    });

    it('tells the first ones of many, how many there are, and how to narrow', async () => {
      const { lines, note } = await run({ pattern: '*.ts', limit: 2 });
      expect(lines).toEqual(['a.ts', '"new\\nline.ts"']);
      expect(note).toMatch(/^\[The first 2 of 5 files, by path\. Narrow/);
      expect((await run({ pattern: '*.zig' })).text).toMatch(/No file fits/);
    });

    it('refuses what lies outside, and what is no folder', async () => {
      for (const path of ['..', '/etc', 'out', 'a.ts', 'nowhere']) {
        expect(await run({ pattern: '*', path })).toMatchObject({ isError: true });
      }
      expect((await run({ pattern: '*', path: '..' })).text).toMatch(/working folder/);
    });
  });
});

describe('glob', () => {
  it('says which folder a call touches', async () => {
    const { files, dispose } = plainComputer();
    const tool = createGlobTool({ files, runtime: realTimeRuntime() });
    expect(tool.subjectOf?.({ pattern: '*', path: 'src' })).toEqual({ paths: ['src'] });
    expect(tool.subjectOf?.({ pattern: '*' })).toEqual({ paths: ['.'] });
    expect([tool.effect, tool.isConcurrent]).toEqual(['pure', true]);
    await dispose();
  });
});
