import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FakeCommand, fakeComputer } from '@dispatch/conformance';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  findProgram,
  localComputer,
  plainComputer,
  type TestComputer,
} from '../../../../test/local-computer.ts';
import type { FileTree } from './file-tree.ts';
import { listFiles } from './list-files.ts';

const engines = [
  { name: 'ripgrep', make: localComputer, isThere: findProgram('rg') !== undefined },
  { name: 'a walk of our own', make: plainComputer, isThere: true },
];

const never = new AbortController().signal;

async function list({ computer }: Pick<TestComputer, 'computer'>, tree: FileTree, signal = never) {
  const files: string[] = [];
  const end = await listFiles(computer, tree, signal, (paths) => files.push(...paths));
  return { files: files.sort(), end };
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe.each(engines)('listFiles by $name', ({ make, isThere }) => {
  describe.skipIf(!isThere)('where it is there', () => {
    let root: string;
    let made: TestComputer;
    beforeAll(() => {
      made = make();
    });
    afterAll(() => made.dispose());
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'tree-'));
    });
    afterEach(() => rmSync(root, { recursive: true }));

    it('hears every kind of ignore file, in the tree and above it', async () => {
      write(root, {
        '.ignore': '!top/kept.log\n',
        'top/.git/info/exclude': 'excluded\n',
        'top/.gitignore': '*.log\n/only-here\nbuild/\n',
        'top/.rgignore': 'secret\n',
        'top/excluded': '',
        'top/kept.log': '',
        'top/secret': '',
        'top/sub/a.log': '',
        'top/sub/only-here': '',
        'top/sub/build/x': '',
        'top/sub/.gitignore': '!a.log\n',
        'top/sub/other/.git/HEAD': '',
        'top/sub/other/b.log': '',
      });
      const inTop = ['.gitignore', '.rgignore', 'kept.log'];
      const inSub = ['.gitignore', 'a.log', 'only-here', 'other/b.log'];
      const top = await list(made, { folder: join(root, 'top'), isIgnoring: true });
      expect(top.files).toEqual([...inTop, ...inSub.map((path) => `sub/${path}`)]);
      const sub = await list(made, { folder: join(root, 'top/sub'), isIgnoring: true });
      expect(sub.files).toEqual(inSub);
      const all = await list(made, { folder: join(root, 'top'), isIgnoring: false });
      expect(all.files).toHaveLength(10);
    });

    it('ends in a tree whose links lead in a circle, and does not follow them', async () => {
      write(root, { 'a/b/c.txt': '' });
      symlinkSync('../..', join(root, 'a/b/up'));
      symlinkSync('self', join(root, 'self'));
      symlinkSync('c.txt', join(root, 'a/b/link.txt'));
      expect((await list(made, { folder: root, isIgnoring: true })).files).toEqual(['a/b/c.txt']);
    });

    it('lists a folder of many files, and many folders in one another', async () => {
      for (let at = 0; at < 1500; at += 1) writeFileSync(join(root, `file-${at}`), '');
      const deep = Array.from({ length: 25 }, (_, at) => `folder-${at}`).join('/');
      write(root, { [`${deep}/leaf`]: '' });
      const { files, end } = await list(made, { folder: root, isIgnoring: true });
      expect([files.length, files.includes(`${deep}/leaf`)]).toEqual([1501, true]);
      expect(end).toEqual({ unreadable: [], isCut: false });
    });

    it('ends at once when its signal fires, with what it has told', async () => {
      write(root, { 'a/b.txt': '' });
      const { end } = await list(made, { folder: root, isIgnoring: true }, AbortSignal.abort());
      expect(end.isCut).toBe(true);
    });

    it('rejects as the computer does where the folder is gone', async () => {
      const folder = join(root, 'nowhere');
      await expect(list(made, { folder, isIgnoring: true })).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });
  });
});

describe.skipIf(findProgram('rg') === undefined)('both', () => {
  it('come to the same files for any ignore files', async () => {
    const word = fc.constantFrom(
      'a',
      'b',
      'c.d',
      '*',
      '*.d',
      'a/b',
      '/a',
      'b/',
      '**/c.d',
      'a/**',
      '?',
    );
    const line = fc
      .tuple(fc.boolean(), word)
      .map(([isNegated, text]) => (isNegated ? `!${text}` : text));
    const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
    const kind = fc.constantFrom('.gitignore', '.ignore', '.rgignore');
    const folder = fc.constantFrom('', 'a/', 'b/', 'a/b/');
    const file = fc.tuple(folder, kind, text);
    const root = mkdtempSync(join(tmpdir(), 'tree-'));
    const ripgrep = localComputer();
    const plain = plainComputer();
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 4 }),
        fc.boolean(),
        async (files, isRepository) => {
          rmSync(root, { recursive: true });
          const names = ['a', 'b', 'c.d', 'e'];
          const leaves = names.flatMap((one) => names.map((two) => `${one}/${two}/${one}x`));
          write(
            root,
            Object.fromEntries([...leaves, 'a/c.d/b', 'e/a/a', 'x.d'].map((path) => [path, ''])),
          );
          write(
            root,
            Object.fromEntries(files.map(([where, name, lines]) => [where + name, lines])),
          );
          if (isRepository) mkdirSync(join(root, 'a/.git'));
          const tree = { folder: root, isIgnoring: true };
          expect(await list(plain, tree)).toEqual(await list(ripgrep, tree));
        },
      ),
      { numRuns: 25 },
    );
    await Promise.all([ripgrep.dispose(), plain.dispose()]);
    rmSync(root, { recursive: true });
  });
});

describe('listFiles', () => {
  const playing = (play: (command: FakeCommand) => { readonly code: number }) =>
    fakeComputer({ files: { '/src/a': '' }, play });
  const programOf = ({ command }: Pick<FakeCommand, 'command'>) =>
    typeof command === 'string' ? command : command[0];

  it('asks a computer once what it has, and says what is missing', async () => {
    const computer = playing(({ print }) => {
      print('\0find\0xargs\0');
      return { code: 0 };
    });
    for (let round = 0; round < 3; round += 1) {
      const { end } = await list({ computer }, { folder: '/src', isIgnoring: true });
      expect(end.failure).toMatch(/neither ripgrep nor find, xargs/);
    }
    expect(computer.spawned).toHaveLength(1);
  });

  it('takes a ripgrep that is too old for none', async () => {
    const computer = playing((command) => {
      command.print(programOf(command) === 'sh' ? 'ripgrep 0.10.0\n\0' : 'f./a\0');
      return { code: 0 };
    });
    const { files } = await list({ computer }, { folder: '/src', isIgnoring: false });
    expect([files, computer.spawned.map(programOf)]).toEqual([['a'], ['sh', 'xargs']]);
  });

  it('tells folders that can not be read, and goes on', async () => {
    const told = { unreadable: ['secret'], isCut: false };
    const ripgrep = playing((command) => {
      if (programOf(command) === 'sh') command.print('ripgrep 14.1.0\n\0');
      else {
        command.print('./a\0');
        command.print('rg: ./secret: Permission denied (os error 13)\n', 'stderr');
        return { code: 2 };
      }
      return { code: 0 };
    });
    const tree = { folder: '/src', isIgnoring: false };
    expect(await list({ computer: ripgrep }, tree)).toEqual({ files: ['a'], end: told });
    const walk = playing((command) => {
      const isFirst = String(command.input) === '.\0';
      command.print(
        programOf(command) === 'sh' ? '\0' : isFirst ? 'f./a\0d./secret\0' : 'u./secret\0',
      );
      return { code: 0 };
    });
    expect(await list({ computer: walk }, tree)).toEqual({ files: ['a'], end: told });
  });
});
