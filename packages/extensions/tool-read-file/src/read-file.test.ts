import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolConformance } from '@dispatch/conformance';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import extension, { createReadFileTool, readLimits } from './index.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'read-file-')));
  await mkdir(join(folder, 'inside', 'deep'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'outside');
  const cwd = join(folder, 'inside');
  await writeFile(join(cwd, 'a.txt'), 'one\ntwo\nthree\n');
  await writeFile(join(cwd, 'deep', 'README.md'), '# deep');
  await writeFile(join(cwd, 'pixel.png'), png);
  return folder;
}

toolConformance(
  'read_file',
  async () => {
    const folder = await makeFolder();
    return {
      tool: createReadFileTool(),
      cwd: join(folder, 'inside'),
      dispose: () => rm(folder, { recursive: true }),
    };
  },
  {
    valid: [{ path: 'a.txt' }, { path: 'a.txt', offset: 2, limit: 1 }, { path: 'pixel.png' }],
    invalid: [
      {},
      [],
      null,
      { path: '' },
      { path: 1 },
      { path: 'a', offset: 0 },
      { path: 'a', limit: 1.5 },
      { path: 'a\0b' },
      { path: 'a', lines: 3 },
      { path: 'a', offset: 1, byteOffset: 1 },
    ],
  },
);

describe('read_file', () => {
  let folder: string;
  let cwd: string;
  beforeAll(async () => {
    folder = await makeFolder();
    cwd = join(folder, 'inside');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (input: { path: string; [key: string]: string | number }, from = cwd) => {
    const call = createReadFileTool().prepare(input);
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    const { content, isError = false } = await call.run(fakeToolContext({ signal, cwd: from }));
    const texts = content.map((part) => (part.type === 'text' ? part.text : part.type));
    return { content, isError, texts, text: texts.join('\n') };
  };

  it('returns a file byte for byte, and nothing beside it', async () => {
    expect(await read({ path: 'a.txt' })).toMatchObject({ texts: ['one\ntwo\nthree\n'] });
    expect(await read({ path: join(cwd, 'deep/README.md') })).toMatchObject({ texts: ['# deep'] });
    expect(await read({ path: 'deep/../a.txt' })).toMatchObject({ isError: false });
  });

  it('returns a range of lines and says how to read on', async () => {
    const { texts } = await read({ path: 'a.txt', offset: 2, limit: 1 });
    expect(texts[0]).toBe('two\n');
    expect(texts[1]).toContain('offset 3');
    expect(await read({ path: 'a.txt', offset: 3 })).toMatchObject({ texts: ['three\n'] });
    const behind = await read({ path: 'a.txt', offset: 4 });
    expect(behind.isError).toBe(true);
    expect(behind.text).toContain('has 3 lines');
  });

  it('caps lines and bytes, and every byte can be reached by its notes', async () => {
    const long = `${'é'.repeat(50_000)}\n${Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n')}`;
    await writeFile(join(cwd, 'long.txt'), long);
    let said = '';
    let next: { [key: string]: number } = {};
    for (let call = 0; call < 10; call++) {
      const { texts } = await read({ path: 'long.txt', ...next });
      said += texts[0] ?? '';
      expect(Buffer.byteLength(texts[0] ?? '')).toBeLessThanOrEqual(readLimits.textBytes);
      const note = /read on with (\w+) (\d+)/.exec(texts[1] ?? '');
      if (note === null) break;
      next = { [note[1] ?? '']: Number(note[2]) };
    }
    expect(said).toBe(long);
  });

  it('says of an empty file that it is empty', async () => {
    await writeFile(join(cwd, 'empty'), '');
    expect(await read({ path: 'empty' })).toMatchObject({
      isError: false,
      texts: ['[The file is empty.]'],
    });
  });

  it('decodes bytes that are no UTF-8 with replacement, and says so', async () => {
    await writeFile(join(cwd, 'latin1.txt'), Buffer.from('caf\xe9\n', 'latin1'));
    const { texts } = await read({ path: 'latin1.txt' });
    expect(texts[0]).toBe('caf\ufffd\n');
    expect(texts[1]).toContain('not valid UTF-8');
  });

  it('returns images as images', async () => {
    const { content } = await read({ path: 'pixel.png' });
    expect(content).toEqual([
      { type: 'image', mediaType: 'image/png', data: png.toString('base64') },
    ]);
  });

  it('refuses an image that is too large, and other binary files by their type', async () => {
    await writeFile(
      join(cwd, 'big.png'),
      Buffer.concat([png, Buffer.alloc(readLimits.imageBytes)]),
    );
    expect((await read({ path: 'big.png' })).text).toContain('Make it smaller');
    await writeFile(join(cwd, 'paper'), '%PDF-1.7\n');
    const { isError, text } = await read({ path: 'paper' });
    expect(isError).toBe(true);
    expect(text).toContain('PDF document');
  });

  it('lists a folder in place of its text', async () => {
    const { isError, text } = await read({ path: '.' });
    expect(isError).toBe(true);
    expect(text).toContain('deep/');
  });

  it('names the nearest names of a file that is missing', async () => {
    expect((await read({ path: 'deep/readme.txt' })).text).toContain('README.md');
    expect((await read({ path: 'nowhere/a.txt' })).text).toContain('folder does not exist');
  });

  it.each(['../secret.txt', 'deep/../../secret.txt', '/etc/passwd', '..'])(
    'refuses %s and says how to get a grant',
    async (path) => {
      const { isError, text } = await read({ path });
      expect(isError).toBe(true);
      expect(text).toMatch(/leads out of the working folder.*grant/);
    },
  );

  it('refuses symbolic links that lead out, to what is there and to what is not', async () => {
    await symlink(join(folder, 'secret.txt'), join(cwd, 'link.txt'));
    await symlink(folder, join(cwd, 'up'));
    for (const path of ['link.txt', 'up/secret.txt', 'up/secret.tx', 'up']) {
      const { isError, text } = await read({ path });
      expect(isError).toBe(true);
      expect(text).toMatch(/through a symbolic link/);
      expect(text).not.toContain('outside');
    }
  });

  it('follows links that stay inside, and a working folder that is a link', async () => {
    await symlink('a.txt', join(cwd, 'alias.txt'));
    await symlink(cwd, join(folder, 'door'));
    expect((await read({ path: 'alias.txt' })).texts).toEqual(['one\ntwo\nthree\n']);
    expect((await read({ path: 'a.txt' }, join(folder, 'door'))).isError).toBe(false);
    expect((await read({ path: join(cwd, 'a.txt') }, join(folder, 'door'))).isError).toBe(false);
    await symlink('circle', join(cwd, 'circle'));
    expect((await read({ path: 'circle' })).text).toContain('in a circle');
  });

  it('refuses pipes and sockets without waiting for them', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect((await read({ path: 'pipe' })).text).toContain('a named pipe');
    const server = createServer().listen(join(cwd, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await read({ path: 'socket' })).isError).toBe(true);
    server.close();
  });

  it('reads a range of a file of 2 GB without reading the file', async () => {
    const file = await open(join(cwd, 'huge.txt'), 'w');
    await file.write('first\nsecond\n');
    await file.truncate(2 ** 31);
    await file.close();
    expect((await read({ path: 'huge.txt', limit: 1 })).text).toContain('binary');
    await writeFile(join(cwd, 'huge.txt'), `${'x'.repeat(9000)}\nsecond\n`, { flag: 'r+' });
    const { texts } = await read({ path: 'huge.txt', offset: 2, limit: 1 });
    expect(texts).toEqual(['second\n', expect.stringContaining('offset 3')]);
    expect((await read({ path: 'huge.txt', byteOffset: 2 ** 31 })).text).toContain('ends before');
  });

  it('answers without a working folder, or for another computer, with a sentence', async () => {
    const call = createReadFileTool().prepare({ path: 'a.txt' });
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    expect((await call.run(fakeToolContext({ signal }))).isError).toBe(true);
    const elsewhere = await call.run(fakeToolContext({ signal, cwd, computerId: 'build' }));
    expect(elsewhere).toMatchObject({ isError: true });
  });
});

describe('the extension', () => {
  it('refuses options by name', async () => {
    await expect(extension.setup(Object.create(null), {}, { root: '/' })).rejects.toThrow('root');
  });
});
