import { realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '@dispatch/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, makeFiles, makeFolder, type Parts } from './__fixtures__/conversation-folder.ts';
import { diskComputer } from './__fixtures__/disk-computer.ts';

let folder: string;
let cwd: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, cwd, remove } = await makeFolder());
});
afterEach(() => remove());

const setUp = (parts?: Parts) => makeFiles(cwd, parts);

describe('open', () => {
  it('follows the links of the working folder, and works in the home folder without one', async () => {
    await symlink(cwd, join(folder, 'door'));
    const { open, files } = await setUp();
    expect((await open('c1', join(folder, 'door'))).root).toBe(cwd);
    const home = await files.open({ conversationId: 'c1', tool: 'a_tool' });
    expect(home.root).toBe(await realpath(tmpdir()));
  });

  it.each(['nowhere', 'inside/a.txt'])('refuses %s as a working folder', async (name) => {
    const { open } = await setUp();
    expect(await failure(open('c1', join(folder, name)))).toMatchObject({ code: 'path-not-found' });
    expect(await failure(open('c1', 'inside'))).toMatchObject({ code: 'path-not-found' });
  });

  it('names a computer that nobody knows', async () => {
    const { files } = await setUp();
    const opening = files.open({ conversationId: 'c1', computerId: 'mars', tool: 'a_tool' });
    expect(await failure(opening)).toMatchObject({ code: 'computer-not-found' });
  });
});

describe('resolve', () => {
  it('gives the real path of what lies inside, however it is named', async () => {
    await symlink(cwd, join(folder, 'door'));
    await symlink('a.txt', join(cwd, 'alias'));
    const { open } = await setUp();
    const view = await open('c1', join(folder, 'door'));
    for (const path of [
      'a.txt',
      'deep/../a.txt',
      'alias',
      join(cwd, 'a.txt'),
      join(folder, 'door/a.txt'),
    ]) {
      expect(await view.resolve(path, 'read')).toBe(join(cwd, 'a.txt'));
    }
    expect(view.show(join(cwd, 'deep/b'))).toBe('deep/b');
    expect(view.show(cwd)).toBe('.');
    expect(view.show('/etc')).toBe('/etc');
  });

  it.each(['..', '../other/secret.txt', '/etc/passwd', 'deep/../../other', '/', '../insider'])(
    'refuses %s, and says how to get a grant',
    async (path) => {
      const { open } = await setUp();
      for (const access of ['read', 'write'] as const) {
        const refused = await failure((await open()).resolve(path, access));
        expect(refused.code).toBe('path-outside');
        expect(refused.message).toMatch(
          /leads out of the working folder(?=.*request_access).*rule/,
        );
      }
    },
  );

  it('refuses links that lead out, to what is there and to what is not, and does not say where', async () => {
    await symlink(join(folder, 'other', 'secret.txt'), join(cwd, 'link'));
    await symlink('../other', join(cwd, 'up'));
    await symlink('../other/new.txt', join(cwd, 'dangling'));
    await symlink('up', join(cwd, 'chain'));
    const { open } = await setUp();
    const view = await open();
    for (const path of ['link', 'up', 'up/secret.txt', 'up/none', 'dangling', 'chain/secret.txt']) {
      for (const access of ['read', 'write'] as const) {
        const refused = await failure(view.resolve(path, access));
        expect(refused.code).toBe('path-outside');
        expect(refused.message).toContain('through a symbolic link');
        expect(refused.message).not.toContain('other');
      }
    }
  });

  it('says of what is inside that it is missing, circular or forbidden', async () => {
    await symlink('circle', join(cwd, 'circle'));
    const { open } = await setUp();
    const view = await open();
    expect(await failure(view.resolve('none', 'read'))).toMatchObject({ code: 'path-not-found' });
    expect(await failure(view.resolve('a.txt/b', 'read'))).toMatchObject({
      code: 'path-not-found',
    });
    expect(await failure(view.resolve('a\0b', 'read'))).toMatchObject({ code: 'file-refused' });
    expect(await failure(view.resolve('circle', 'write'))).toMatchObject({
      code: 'file-refused',
      message: expect.stringContaining('in a circle'),
    });
    expect(await view.resolve('deep/new/file', 'write')).toBe(join(cwd, 'deep/new/file'));
  });

  it('tells nothing of what is outside, not even why it can not be reached', async () => {
    await symlink('circle', join(folder, 'other', 'circle'));
    const { open } = await setUp();
    const view = await open();
    for (const path of ['../other/circle', '../other/none', '../other/secret.txt/x']) {
      expect(await failure(view.resolve(path, 'read'))).toMatchObject({ code: 'path-outside' });
    }
  });
});

describe('grants and rules', () => {
  it('a grant lets its conversation read the folder and all in it, and write nothing', async () => {
    const { open, files } = await setUp();
    await symlink('other', join(folder, 'alias'));
    await files.grant({ conversationId: 'c1', path: join(folder, 'alias') });
    const view = await open();
    expect(await view.resolve('../other/secret.txt', 'read')).toBe(
      join(folder, 'other/secret.txt'),
    );
    expect(await view.resolve('../other', 'read')).toBe(join(folder, 'other'));
    expect(await failure(view.resolve('../other/none', 'read'))).toMatchObject({
      code: 'path-not-found',
    });
    const stranger = await open('c2');
    const refused = [
      () => view.resolve('../other/secret.txt', 'write'),
      () => view.resolve('..', 'read'),
      () => stranger.resolve('../other/secret.txt', 'read'),
    ];
    for (const ask of refused) expect(await failure(ask())).toMatchObject({ code: 'path-outside' });
  });

  it('a grant is gone with its conversation, and of no computer but its own', async () => {
    const there = diskComputer({ computerId: 'there' });
    const { open, files, store } = await setUp({ computers: [diskComputer(), there] });
    const path = join(folder, 'other');
    await files.grant({ conversationId: 'c1', computerId: 'there', path });
    expect(await failure((await open()).resolve(path, 'read'))).toMatchObject({
      code: 'path-outside',
    });
    await files.grant({ conversationId: 'c1', path });
    await files.grant({ conversationId: 'c1', path });
    expect(await (await open()).resolve(path, 'read')).toBe(path);
    await store.deleteConversation('c1');
    expect(await failure((await open()).resolve(path, 'read'))).toMatchObject({
      code: 'path-outside',
    });
  });

  it('grants nothing that is not there, and to nobody who is not there', async () => {
    const { files } = await setUp();
    const missing = files.grant({ conversationId: 'c1', path: join(folder, 'none') });
    expect(await failure(missing)).toMatchObject({ code: 'path-not-found' });
    const nobody = files.grant({ conversationId: 'c9', path: join(folder, 'other') });
    expect(await failure(nobody)).toMatchObject({ code: 'conversation-not-found' });
  });

  it('a rule is asked of the real path, by tool, to read and to write', async () => {
    const asked: unknown[] = [];
    const access: Access = {
      async mayReach(reach) {
        asked.push(reach);
        return reach.tool === 'a_tool' && reach.path.startsWith(join(folder, 'other'));
      },
    };
    await symlink('../other', join(cwd, 'up'));
    const { open } = await setUp({ access });
    const view = await open();
    const path = join(folder, 'other/new');
    expect(await view.resolve('up/new', 'write')).toBe(path);
    expect(await failure(view.resolve('/etc/passwd', 'read'))).toMatchObject({
      code: 'path-outside',
    });
    expect(asked[0]).toEqual({ conversationId: 'c1', tool: 'a_tool', path });
  });
});
