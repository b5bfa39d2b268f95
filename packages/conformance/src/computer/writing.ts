import type { Computer } from '@dispatch/contracts';
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

const read = async (computer: Computer, path: string) => textOf(await computer.readFile(path));

/** The one way to change a file. */
export function writingSuite(fixture: GetComputer): void {
  it('makes a file, replaces it, and leaves nothing beside it', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    for (const text of ['a longer text', 'short', '']) {
      await computer.writeFile(`${folder}/file`, bytesOf(text));
      expect(await read(computer, `${folder}/file`)).toBe(text);
    }
    const { entries } = await computer.readFolder(folder, 10);
    expect(entries).toEqual([{ name: 'file', kind: 'file' }]);
  });

  it('makes the folders above a file', async () => {
    const { computer } = fixture();
    const path = `${await newFolder(fixture())}/one/two three/file`;
    await computer.writeFile(path, bytesOf('deep'));
    expect(await read(computer, path)).toBe('deep');
  });

  it('keeps the mode of a file', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/script`, bytesOf('one'));
    const modeOf = async () =>
      (await make(fixture(), ['ls', '-ld', `${folder}/script`])).slice(0, 10);
    expect(await modeOf()).toMatch(/^-rw-/);
    await make(fixture(), ['chmod', '751', `${folder}/script`]);
    await computer.writeFile(`${folder}/script`, bytesOf('two'));
    expect(await modeOf()).toBe('-rwxr-x--x');
  });

  it('follows a link, to what is there and to what is not yet', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/real/file`, bytesOf('old'));
    await make(fixture(), ['ln', '-s', 'real/file', `${folder}/link`]);
    await make(fixture(), ['ln', '-s', 'real/later', `${folder}/early`]);
    await computer.writeFile(`${folder}/link`, bytesOf('new'));
    await computer.writeFile(`${folder}/early`, bytesOf('made'));
    expect(await read(computer, `${folder}/real/file`)).toBe('new');
    expect(await read(computer, `${folder}/real/later`)).toBe('made');
    const { entries } = await computer.readFolder(folder, 10);
    const kinds = entries.map(({ name, kind }) => `${kind} ${name}`).sort();
    expect(kinds).toEqual(['folder real', 'link early', 'link link']);
  });

  it('shows who reads meanwhile the old file or the new one, whole', async () => {
    const { computer } = fixture();
    const path = `${await newFolder(fixture())}/file`;
    const size = 400_000;
    await computer.writeFile(path, Buffer.alloc(size, 'a'));
    let isOver = false;
    const seen: string[] = [];
    const reading = (async () => {
      while (!isOver) {
        const text = await read(computer, path);
        seen.push(text.replaceAll(text.charAt(0), '') === '' ? `${text.length}` : 'mixed');
      }
    })();
    for (const letter of 'bcdefgh') await computer.writeFile(path, Buffer.alloc(size, letter));
    isOver = true;
    await reading;
    expect(new Set(seen)).toEqual(new Set([`${size}`]));
  });

  it('ends with one of those who write at the same time', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    const letters = [...'abcdefgh'];
    await Promise.all(
      letters.map((letter) => computer.writeFile(`${folder}/file`, Buffer.alloc(100_000, letter))),
    );
    const text = await read(computer, `${folder}/file`);
    expect(text).toBe(text.charAt(0).repeat(100_000));
    expect((await computer.readFolder(folder, 10)).entries).toHaveLength(1);
  });

  it("fails with Node's codes, and changes nothing then", async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/file`, bytesOf('kept'));
    await make(fixture(), ['ln', '-s', 'round', `${folder}/round`]);
    const write = (path: string, bytes = bytesOf('x')) =>
      nodeCodeOf(computer.writeFile(path, bytes));
    expect(await write(folder)).toBe('EISDIR');
    expect(await write(`${folder}/file/below`)).toBe('ENOTDIR');
    expect(await write(`${folder}/file/below/more`)).toBe('ENOTDIR');
    expect(await write(`${folder}/round`)).toBe('ELOOP');
    expect(await write(`${folder}/${'n'.repeat(300)}`)).toBe('ENAMETOOLONG');
    expect(await write(`${folder}/file`, new Uint8Array(64 * 1024 * 1024 + 1))).toBe('EFBIG');
    expect(await read(computer, `${folder}/file`)).toBe('kept');
    const { entries } = await computer.readFolder(folder, 10);
    expect(entries.map(({ name }) => name).sort()).toEqual(['file', 'round']);
  });

  it('takes any name, in every operation', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    for (const name of strangeNames) {
      const path = `${folder}/${name}`;
      await computer.writeFile(path, bytesOf(`in ${name}`));
      expect(await read(computer, path)).toBe(`in ${name}`);
      expect(textOf(await computer.readFile(path, { offset: 3, length: 500 }))).toBe(name);
      expect(await computer.stat(path)).toMatchObject({ kind: 'file' });
      expect(await computer.realPath(path)).toBe(path);
      await computer.writeFile(`${path} folder/${name}`, bytesOf('below'));
      expect(await computer.readFolder(`${path} folder`, 10)).toEqual({
        entries: [{ name, kind: 'file' }],
        isCut: false,
      });
    }
    const { entries } = await computer.readFolder(folder, 1000);
    const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
    expect(names.sort()).toEqual([...strangeNames].sort());
  });
}
