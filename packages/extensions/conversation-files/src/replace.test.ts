import { chmod, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  failure,
  makeFiles,
  makeFolder,
  type Parts,
  read,
} from './__fixtures__/conversation-folder.ts';
import { diskComputer } from './__fixtures__/disk-computer.ts';

let folder: string;
let cwd: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, cwd, remove } = await makeFolder());
});
afterEach(() => remove());

const setUp = (parts?: Parts) => makeFiles(cwd, parts);

describe('replace', () => {
  it('writes what was read, and what is new', async () => {
    const { open } = await setUp();
    const view = await open();
    const { path } = await read(view, 'a.txt');
    await view.replace(path, 'new\n');
    await view.replace(path, 'newer\n');
    await view.replace(await view.resolve('deep/new/b.txt', 'write'), 'b');
    expect(await readFile(path, 'utf8')).toBe('newer\n');
    expect(await readFile(join(cwd, 'deep/new/b.txt'), 'utf8')).toBe('b');
  });

  it('refuses a file that was never read, unless it holds the text already or the caller built on it', async () => {
    const { open } = await setUp();
    const view = await open();
    const path = await view.resolve('a.txt', 'write');
    const refused = await failure(view.replace(path, 'mine'));
    expect(refused.code).toBe('file-not-read');
    expect(refused.message).toContain('read_file');
    await view.replace(path, 'one\ntwo\nthree\n');
    const other = await open('c2');
    await other.replace(path, 'one\n', 'one\ntwo\nthree\n');
    expect(await readFile(path, 'utf8')).toBe('one\n');
  });

  it('refuses a file that changed since it was read, with what changed, until it is read again', async () => {
    const { open } = await setUp();
    const view = await open();
    const { path } = await read(view, 'a.txt');
    await writeFile(path, 'one\nTWO\nthree\n');
    for (const refused of [
      await failure(view.replace(path, 'mine')),
      await failure(view.replace(path, 'mine')),
      await failure(view.replace(path, 'mine', 'one\nTWO\nthree\n')),
    ]) {
      expect(refused.code).toBe('file-changed');
      expect(refused.message).toContain('-two\n+TWO');
    }
    expect(await readFile(path, 'utf8')).toBe('one\nTWO\nthree\n');
    await read(view, 'a.txt');
    await view.replace(path, 'mine');
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('notices what another conversation wrote', async () => {
    const { open } = await setUp();
    const [first, second] = [await open('c1'), await open('c2')];
    const { path } = await read(first, 'a.txt');
    await read(second, 'a.txt');
    await first.replace(path, 'first\n');
    expect(await failure(second.replace(path, 'second\n'))).toMatchObject({ code: 'file-changed' });
  });

  it('takes a file that was touched, and holds what it held, for unchanged', async () => {
    const { open } = await setUp();
    const view = await open();
    const { path, text } = await read(view, 'a.txt');
    await utimes(path, 1, 1);
    view.checkUnchanged(path, await view.computer.stat(path), text);
    await view.replace(path, 'mine');
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('tells who built on a file before it writes', async () => {
    const { open } = await setUp();
    const view = await open();
    const { path, stat } = await read(view, 'a.txt');
    expect(() => view.checkUnchanged(path, stat, 'other\n')).toThrow(/-one\n/);
    expect(await failure(view.replace(path, 'new', 'other\n'))).toMatchObject({
      code: 'file-changed',
    });
  });

  it('goes by what the computer tells where only a part was read', async () => {
    const { open } = await setUp();
    const view = await open();
    const path = await view.resolve('a.txt', 'read');
    view.noteRead(path, await view.computer.stat(path));
    await view.replace(path, 'mine');
    view.noteRead(path, await view.computer.stat(path));
    await utimes(path, 1, 1);
    const refused = await failure(view.replace(path, 'again'));
    expect(refused).toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('not known'),
    });
  });

  it('says only that a file changed where its text is not kept any more', async () => {
    const { open } = await setUp({ keptTextBytes: 100 });
    const view = await open();
    await writeFile(join(cwd, 'b.txt'), 'x'.repeat(40));
    const { path } = await read(view, 'a.txt');
    await read(view, 'b.txt');
    await writeFile(path, 'other');
    await writeFile(join(cwd, 'b.txt'), 'other');
    const older = await failure(view.replace(path, 'mine'));
    expect(older).toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('not known'),
    });
    const newer = await failure(view.replace(join(cwd, 'b.txt'), 'mine'));
    expect(newer.message).toContain('+other');
  });

  it('tells of a file that was removed, once', async () => {
    const { open } = await setUp();
    const view = await open();
    const { path } = await read(view, 'a.txt');
    await rm(path);
    expect(await failure(view.replace(path, 'mine'))).toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('removed'),
    });
    await view.replace(path, 'mine');
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('lets one of two who write at once through', async () => {
    const { open } = await setUp();
    const views = [await open('c1'), await open('c2')];
    const path = join(cwd, 'a.txt');
    for (const view of views) await read(view, 'a.txt');
    const written = await Promise.allSettled(
      views.map((view, at) => view.replace(path, `${at}\n`)),
    );
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await readFile(path, 'utf8')).toBe('0\n');
  });

  it('does not write through a link that was put in the way', async () => {
    const { open } = await setUp();
    const view = await open();
    const path = await view.resolve('new.txt', 'write');
    await symlink('../other/secret.txt', path);
    expect(await failure(view.replace(path, 'x'))).toMatchObject({ code: 'path-outside' });
    await rm(path);
    await symlink('a.txt', path);
    expect(await failure(view.replace(path, 'x'))).toMatchObject({ code: 'file-refused' });
    expect(await readFile(join(folder, 'other/secret.txt'), 'utf8')).toBe('secret');
  });

  it('refuses folders, what is too large, and says what the computer says', async () => {
    const full = diskComputer({
      writeFile: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    const { open } = await setUp({ computers: [full] });
    const view = await open();
    const cases = [
      [() => view.replace(join(cwd, 'deep'), 'x'), 'is a folder'],
      [() => view.replace(join(cwd, 'b'), 'x'.repeat(64 * 1024 * 1024 + 1)), 'at most 64 MiB'],
      [() => view.replace(join(cwd, 'b'), 'x'), 'disk is full'],
    ] as const;
    for (const [ask, words] of cases) {
      const { code, message } = await failure(ask());
      expect(code).toBe('file-refused');
      expect(message).toContain(words);
    }
  });

  it.skipIf(process.getuid?.() === 0)('says what the computer forbids', async () => {
    await chmod(cwd, 0o500);
    const { open } = await setUp();
    const view = await open();
    const refused = await failure(view.replace(join(cwd, 'b'), 'x'));
    await chmod(cwd, 0o700);
    expect(refused.message).toContain('permission denied');
  });

  it('tells others where it changed the file, and how lines moved', async () => {
    const { open, touches } = await setUp();
    const view = await open();
    const { path } = await read(view, 'a.txt');
    await view.replace(path, 'zero\none\nthree\n');
    await view.replace(path, 'zero\none\nthree\n');
    await view.replace(await view.resolve('new', 'write'), 'a\nb\n');
    expect(touches).toEqual([
      {
        conversationId: 'c1',
        path,
        lines: [
          [1, 1],
          [3, 3],
        ],
        hunks: [
          { line: 1, removed: 0, added: 1 },
          { line: 2, removed: 1, added: 0 },
        ],
      },
      {
        conversationId: 'c1',
        path: join(cwd, 'new'),
        lines: [[1, 2]],
        hunks: [{ line: 1, removed: 0, added: 2 }],
      },
    ]);
  });
});
