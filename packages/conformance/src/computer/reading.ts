import { expect, it } from 'vitest';
import {
  bytesOf,
  type GetComputer,
  make,
  newFolder,
  nodeCodeOf,
  strangeNames,
  textOf,
} from './fixture.ts';

/** Paths, what lies under them, and their bytes. */
export function readingSuite(fixture: GetComputer): void {
  it('has a home folder', async () => {
    const { computer } = fixture();
    const home = await computer.homeFolder();
    expect(home).toMatch(/^\//);
    expect((await computer.stat(home)).kind).toBe('folder');
  });

  it('reads a file whole, any bytes', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
    await computer.writeFile(`${folder}/bytes`, bytes);
    expect(Buffer.from(await computer.readFile(`${folder}/bytes`)).equals(bytes)).toBe(true);
    await computer.writeFile(`${folder}/empty`, bytesOf(''));
    expect(await computer.readFile(`${folder}/empty`)).toHaveLength(0);
  });

  it('reads a range, clipped to what there is', async () => {
    const { computer } = fixture();
    const path = `${await newFolder(fixture())}/digits`;
    await computer.writeFile(path, bytesOf('0123456789'));
    const read = async (offset: number, length: number) =>
      textOf(await computer.readFile(path, { offset, length }));
    expect(await read(0, 3)).toBe('012');
    expect(await read(3, 4)).toBe('3456');
    expect(await read(8, 5)).toBe('89');
    expect(await read(10, 1)).toBe('');
    expect(await read(5_000_000_000, 1)).toBe('');
    expect(await read(4, 0)).toBe('');
  });

  it('says what lies under a path, links followed', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/file`, bytesOf('12345'));
    await make(fixture(), ['ln', '-s', 'file', `${folder}/link`]);
    await make(fixture(), ['mkfifo', `${folder}/pipe`]);
    expect(await computer.stat(`${folder}/file`)).toMatchObject({ kind: 'file', size: 5 });
    expect(await computer.stat(`${folder}/link`)).toMatchObject({ kind: 'file', size: 5 });
    expect(await computer.stat(folder)).toMatchObject({ kind: 'folder' });
    expect(await computer.stat(`${folder}/pipe`)).toMatchObject({ kind: 'other' });
  });

  it('has another version for a file that was written to, and the same one else', async () => {
    const { computer } = fixture();
    const path = `${await newFolder(fixture())}/file`;
    const versions = new Set<string>();
    for (const text of ['one', 'two', 'six']) {
      await computer.writeFile(path, bytesOf(text));
      const { version } = await computer.stat(path);
      expect((await computer.stat(path)).version).toBe(version);
      versions.add(version);
    }
    await make(fixture(), ['cp', '/dev/null', path]);
    versions.add((await computer.stat(path)).version);
    expect(versions.size).toBe(4);
  });

  it('resolves all links of a path', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/a/b/file`, bytesOf('x'));
    await make(fixture(), ['ln', '-s', 'a', `${folder}/short`]);
    await make(fixture(), ['ln', '-s', `${folder}/short/b/file`, `${folder}/far`]);
    expect(await computer.realPath(`${folder}/far`)).toBe(`${folder}/a/b/file`);
    expect(await computer.realPath(`${folder}/short/b/../b`)).toBe(`${folder}/a/b`);
    expect(await computer.realPath('/')).toBe('/');
  });

  it('reads a link as it stands', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    for (const target of [...strangeNames, '../up/./and on', `${folder}/x`]) {
      await make(fixture(), ['ln', '-sfn', '--', target, `${folder}/link`]);
      expect(await computer.readLink(`${folder}/link`)).toBe(target);
    }
    expect(await nodeCodeOf(computer.readLink(folder))).toBe('EINVAL');
    expect(await nodeCodeOf(computer.readLink(`${folder}/nothing`))).toBe('ENOENT');
    expect(await nodeCodeOf(computer.readLink(`${folder}/link/below`))).toBe('ENOENT');
  });

  it("fails with Node's codes", async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/file`, bytesOf('x'));
    await make(fixture(), ['ln', '-s', 'round', `${folder}/round`]);
    await make(fixture(), ['ln', '-s', 'nothing', `${folder}/dangling`]);
    const everyWay = (path: string) =>
      Promise.all(
        [
          computer.stat(path),
          computer.realPath(path),
          computer.readFile(path),
          computer.readFile(path, { offset: 1, length: 1 }),
          computer.readFolder(path, 10),
        ].map(nodeCodeOf),
      );
    const all = (code: string) => Array(5).fill(code);
    expect(await everyWay(`${folder}/nothing`)).toEqual(all('ENOENT'));
    expect(await everyWay(`${folder}/nothing/below`)).toEqual(all('ENOENT'));
    expect(await everyWay(`${folder}/dangling`)).toEqual(all('ENOENT'));
    expect(await everyWay(`${folder}/file/below`)).toEqual(all('ENOTDIR'));
    expect(await everyWay(`${folder}/round`)).toEqual(all('ELOOP'));
    expect(await everyWay(`${folder}/${'n'.repeat(300)}`)).toEqual(all('ENAMETOOLONG'));
    expect(await nodeCodeOf(computer.readFile(folder))).toBe('EISDIR');
    expect(await nodeCodeOf(computer.readFile(folder, { offset: 0, length: 1 }))).toBe('EISDIR');
    expect(await nodeCodeOf(computer.readFolder(`${folder}/file`, 1))).toBe('ENOTDIR');
  });

  it('refuses what its user may not touch', async ({ skip }) => {
    const { computer } = fixture();
    if ((await make(fixture(), ['id', '-u'])).trim() === '0') skip('root may touch everything');
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/shut/file`, bytesOf('x'));
    await make(fixture(), ['chmod', '000', `${folder}/shut/file`]);
    expect(await nodeCodeOf(computer.readFile(`${folder}/shut/file`))).toBe('EACCES');
    await make(fixture(), ['chmod', '000', `${folder}/shut`]);
    expect(await nodeCodeOf(computer.stat(`${folder}/shut/file`))).toBe('EACCES');
    expect(await nodeCodeOf(computer.readFolder(`${folder}/shut`, 1))).toBe('EACCES');
    expect(await nodeCodeOf(computer.writeFile(`${folder}/shut/b`, bytesOf('x')))).toBe('EACCES');
    await make(fixture(), ['chmod', '700', `${folder}/shut`]);
  });
}
