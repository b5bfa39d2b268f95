import { expect, it } from 'vitest';
import { bytesOf, type GetComputer, make, newFolder } from './fixture.ts';

/** What a folder holds. */
export function folderSuite(fixture: GetComputer): void {
  it('lists a folder by kinds, links not followed, hidden files included', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    expect(await computer.readFolder(folder, 10)).toEqual({ entries: [], isCut: false });
    await computer.writeFile(`${folder}/below/file`, bytesOf('x'));
    await computer.writeFile(`${folder}/.hidden`, bytesOf('x'));
    await make(fixture(), ['ln', '-s', 'below', `${folder}/link`]);
    await make(fixture(), ['ln', '-s', 'nothing', `${folder}/dangling`]);
    await make(fixture(), ['mkfifo', `${folder}/pipe`]);
    const { entries, isCut } = await computer.readFolder(folder, 10);
    expect(isCut).toBe(false);
    expect(Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))).toEqual({
      below: 'folder',
      '.hidden': 'file',
      link: 'link',
      dangling: 'link',
      pipe: 'other',
    });
    expect((await computer.readFolder(`${folder}/link`, 10)).entries).toEqual([
      { name: 'file', kind: 'file' },
    ]);
  });

  it('lists at most as many as were asked for, and says that there are more', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await computer.writeFile(`${folder}/${name}`, bytesOf(name));
    const cut = await computer.readFolder(folder, 3);
    expect(cut.isCut).toBe(true);
    expect(new Set(cut.entries.map(({ name }) => name)).size).toBe(3);
    expect((await computer.readFolder(folder, 4)).isCut).toBe(false);
    expect((await computer.readFolder(folder, 4)).entries).toHaveLength(4);
  });

  it('lists what stands beside a name that is no text', async ({ skip }) => {
    const { computer, isLinux } = fixture();
    if (!isLinux) skip('elsewhere names are text');
    const folder = await newFolder(fixture());
    await computer.writeFile(`${folder}/file`, bytesOf('x'));
    await make(fixture(), ['sh', '-c', `: > "$1/$(printf 'a\\377')"`, 'sh', folder]);
    const { entries } = await computer.readFolder(folder, 10);
    expect(entries).toContainEqual({ name: 'file', kind: 'file' });
  });
}
