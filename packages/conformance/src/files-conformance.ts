import type { Computer, ConversationFiles, Files } from '@dispatch/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeComputer, fakeComputer } from './computer/fake-computer.ts';

/** Makes the contract on these computers. The conversations `c1` and `c2` exist. No rule lets them out. */
export type MakeFiles = (computers: readonly Computer[]) => Files | Promise<Files>;

const cwd = '/home/user/work';

/** The suite of the contract `files`: where a conversation gets to, and what it can not overwrite. */
export function filesConformance(name: string, make: MakeFiles): void {
  describe(`${name}: files contract`, () => {
    let computer: FakeComputer;
    let files: Files;
    beforeEach(async () => {
      computer = fakeComputer({
        files: { [`${cwd}/a.txt`]: 'one\ntwo\n', '/home/user/other/secret': 'secret' },
      });
      computer.addFolder('/home/user/workshop');
      const there = fakeComputer({ computerId: 'there', files: { [`${cwd}/a.txt`]: 'there' } });
      files = await make([computer, there]);
    });
    const open = (conversationId = 'c1') => files.open({ conversationId, cwd, tool: 'a_tool' });
    const put = (path: string, text: string) => computer.writeFile(path, Buffer.from(text));
    const textOf = async (path: string) => Buffer.from(await computer.readFile(path)).toString();
    const read = async (view: ConversationFiles, path: string) => {
      const real = await view.resolve(path, 'read');
      view.noteRead(real, await computer.stat(real), await textOf(real));
      return real;
    };
    const outside = expect.objectContaining({
      code: 'path-outside',
      hint: expect.stringContaining('request_access'),
    });

    it('opens the folder of the conversation, on its computer, or the home folder there', async () => {
      computer.addLink('/home/user/door', 'work');
      const door = await files.open({
        conversationId: 'c1',
        cwd: '/home/user/door',
        tool: 'a_tool',
      });
      expect(door.root).toBe(cwd);
      expect(await door.resolve('/home/user/door/a.txt', 'read')).toBe(`${cwd}/a.txt`);
      expect((await files.open({ conversationId: 'c1', tool: 'a_tool' })).root).toBe('/home/user');
      const there = await files.open({
        conversationId: 'c1',
        cwd,
        computerId: 'there',
        tool: 'a_tool',
      });
      expect(there.computer.computerId).toBe('there');
    });

    it('refuses a working folder that is none, and a computer that nobody knows', async () => {
      const call = { conversationId: 'c1', tool: 'a_tool' };
      const notFound = { code: 'path-not-found' };
      await expect(files.open({ ...call, cwd: '/nowhere' })).rejects.toMatchObject(notFound);
      await expect(files.open({ ...call, cwd: `${cwd}/a.txt` })).rejects.toMatchObject(notFound);
      await expect(files.open({ ...call, computerId: 'mars' })).rejects.toMatchObject({
        code: 'computer-not-found',
      });
    });

    it('shows what lies inside relative to the folder', async () => {
      const view = await open();
      expect([cwd, `${cwd}/a/b`, '/etc'].map((path) => view.show(path))).toEqual([
        '.',
        'a/b',
        '/etc',
      ]);
    });

    it.each([
      '..',
      '../other/secret',
      '/etc/passwd',
      'new/../../other',
      '../workshop',
      '../none/x',
    ])('refuses %s to reader and writer, and says how to get a grant', async (path) => {
      const view = await open();
      await expect(view.resolve(path, 'read')).rejects.toEqual(outside);
      await expect(view.resolve(path, 'write')).rejects.toEqual(outside);
    });

    it('refuses links that lead out, to what is there and to what is not, and follows others', async () => {
      computer.addLink(`${cwd}/up`, '../other');
      computer.addLink(`${cwd}/hanging`, '../other/new');
      computer.addLink(`${cwd}/alias`, 'a.txt');
      const view = await open();
      for (const path of ['up', 'up/secret', 'up/none', 'hanging']) {
        await expect(view.resolve(path, 'read')).rejects.toEqual(outside);
        await expect(view.resolve(path, 'write')).rejects.toEqual(outside);
      }
      expect(await view.resolve('alias', 'write')).toBe(`${cwd}/a.txt`);
    });

    it('says of what is inside that it is missing, to readers alone', async () => {
      const view = await open();
      const missing = expect.objectContaining({ code: 'path-not-found' });
      await expect(view.resolve('none', 'read')).rejects.toEqual(missing);
      expect(await view.resolve('new/b.txt', 'write')).toBe(`${cwd}/new/b.txt`);
    });

    it('lets a conversation read where it has a grant, alone and there alone', async () => {
      await files.grant({ conversationId: 'c1', path: '/home/user/other' });
      const view = await open();
      expect(await view.resolve('../other/secret', 'read')).toBe('/home/user/other/secret');
      await expect(view.resolve('../other/secret', 'write')).rejects.toEqual(outside);
      await expect(view.resolve('../workshop', 'read')).rejects.toEqual(outside);
      await expect((await open('c2')).resolve('../other', 'read')).rejects.toEqual(outside);
      await expect(files.grant({ conversationId: 'c1', path: '/none' })).rejects.toMatchObject({
        code: 'path-not-found',
      });
    });

    it('writes what is new, what was read, and what the caller built on', async () => {
      const view = await open();
      await view.replace(`${cwd}/new/b.txt`, 'b');
      await view.replace(await read(view, 'a.txt'), 'mine');
      await view.replace(`${cwd}/a.txt`, 'mine again');
      await (await open('c2')).replace(`${cwd}/a.txt`, 'other', 'mine again');
      expect(await textOf(`${cwd}/a.txt`)).toBe('other');
      expect(await textOf(`${cwd}/new/b.txt`)).toBe('b');
    });

    it('refuses what was not read, unless it holds the text already', async () => {
      const view = await open();
      const notRead = { code: 'file-not-read' };
      await expect(view.replace(`${cwd}/a.txt`, 'mine')).rejects.toMatchObject(notRead);
      await view.replace(`${cwd}/a.txt`, 'one\ntwo\n');
    });

    it('refuses what changed since, however often it is asked, and what was removed once', async () => {
      const changed = { code: 'file-changed' };
      const view = await open();
      const path = await read(view, 'a.txt');
      await put(path, 'one\nTWO\n');
      await expect(view.replace(path, 'mine')).rejects.toMatchObject(changed);
      await expect(view.replace(path, 'mine', 'one\nTWO\n')).rejects.toMatchObject(changed);
      const stat = await computer.stat(path);
      expect(() => view.checkUnchanged(path, stat, 'one\nTWO\n')).toThrow(
        expect.objectContaining(changed),
      );
      await read(view, 'a.txt');
      view.checkUnchanged(path, stat, 'one\nTWO\n');
      await expect(view.replace(path, 'mine', 'one\n')).rejects.toMatchObject(changed);
      await view.replace(path, 'mine');
      expect(await textOf(path)).toBe('mine');
    });

    it('takes what was written anew and holds the same for unchanged', async () => {
      const view = await open();
      const path = await read(view, 'a.txt');
      await put(path, 'one\ntwo\n');
      await view.replace(path, 'mine');
      expect(await textOf(path)).toBe('mine');
    });
  });
}
