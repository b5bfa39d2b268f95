import {
  extensionConformance,
  type FakeComputer,
  fakeComputer,
  fakeFiles,
  toolConformance,
} from '@dispatch/conformance';
import type { Computer, FileRange } from '@dispatch/contracts';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import extension, { createReadFileTool, readLimits } from './index.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const cwd = '/home/user/work';

async function makeComputer(): Promise<FakeComputer> {
  const computer = fakeComputer({
    files: {
      [`${cwd}/a.txt`]: 'one\ntwo\nthree\n',
      [`${cwd}/deep/README.md`]: '# deep',
      '/home/user/secret.txt': 'secret',
    },
  });
  await computer.writeFile(`${cwd}/pixel.png`, png);
  return computer;
}

extensionConformance('tool-read-file', extension, () => ({
  needed: { files: fakeFiles(fakeComputer()) },
}));

toolConformance(
  'read_file',
  async () => ({ tool: createReadFileTool(fakeFiles(await makeComputer())), cwd }),
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

let computer: FakeComputer;
beforeEach(async () => {
  computer = await makeComputer();
});

const put = (name: string, bytes: string | Uint8Array) =>
  computer.writeFile(`${cwd}/${name}`, Buffer.from(bytes));

async function read(
  input: { path: string; [key: string]: string | number },
  {
    on = computer,
    files = fakeFiles(on),
  }: { on?: Computer; files?: ReturnType<typeof fakeFiles> } = {},
) {
  const call = createReadFileTool(files).prepare(input);
  if (!call.ok) throw new Error(call.message);
  const signal = new AbortController().signal;
  const { content, isError = false } = await call.run(fakeToolContext({ signal, cwd }));
  const texts = content.map((part) => (part.type === 'text' ? part.text : part.type));
  return { content, isError, texts, text: texts.join('\n') };
}

/** A file that nobody could hold: `line 0`, `line 1`, …, each of sixteen bytes. */
function largeFile(size: number, ranges: FileRange[]): Computer {
  return {
    ...computer,
    stat: async (path) =>
      path.endsWith('/huge') ? { kind: 'file', size, version: '1' } : computer.stat(path),
    async readFile(_path, range) {
      if (range === undefined) throw new Error('read as a whole');
      ranges.push(range);
      const length = Math.max(0, Math.min(range.length, size - range.offset));
      const first = Math.floor(range.offset / 16);
      const lines: string[] = [];
      for (let line = first; line * 16 < range.offset + length; line++) {
        lines.push(`line ${line}`.padEnd(15).concat('\n'));
      }
      const from = range.offset - first * 16;
      return Buffer.from(lines.join('')).subarray(from, from + length);
    },
  };
}

describe('text', () => {
  it('comes byte for byte, and nothing beside it', async () => {
    expect(await read({ path: 'a.txt' })).toMatchObject({ texts: ['one\ntwo\nthree\n'] });
    expect(await read({ path: `${cwd}/deep/README.md` })).toMatchObject({ texts: ['# deep'] });
    await put('mark', '\ufeffa\r\nb');
    expect(await read({ path: 'mark' })).toMatchObject({ texts: ['\ufeffa\r\nb'] });
  });

  it('comes by ranges of lines, with their numbers and how to read on', async () => {
    const { texts } = await read({ path: 'a.txt', offset: 2, limit: 1 });
    expect(texts[0]).toBe('two\n');
    expect(texts[1]).toMatch(/These are lines 2 to 2\..*offset 3 \(the file has 14 bytes\)/);
    expect(await read({ path: 'a.txt', offset: 3 })).toMatchObject({
      texts: ['three\n', '[These are lines 3 to 3.]'],
    });
    const behind = await read({ path: 'a.txt', offset: 4 });
    expect(behind.isError).toBe(true);
    expect(behind.text).toContain('has 3 lines');
  });

  it('is capped in lines and bytes, and every byte can be reached by its notes', async () => {
    const long = `${'é'.repeat(50_000)}\n${Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n')}`;
    await put('long.txt', long);
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

  it('of an empty file is none, which is said', async () => {
    await put('empty', '');
    expect(await read({ path: 'empty' })).toMatchObject({
      isError: false,
      texts: ['[The file is empty.]'],
    });
  });

  it('that is no UTF-8 is decoded with replacement, which is said', async () => {
    await put('latin1.txt', Buffer.from('caf\xe9\n', 'latin1'));
    const { texts } = await read({ path: 'latin1.txt' });
    expect(texts[0]).toBe('caf\ufffd\n');
    expect(texts[1]).toContain('not valid UTF-8');
  });

  it('of a file of 2 GB comes by ranges alone', async () => {
    const ranges: FileRange[] = [];
    await put('huge', '');
    const on = largeFile(2 ** 31, ranges);
    const first = await read({ path: 'huge' }, { on });
    expect(first.texts[0]?.startsWith('line 0 ')).toBe(true);
    expect(first.texts[1]).toContain(`offset 2001 (the file has ${2 ** 31} bytes)`);
    expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(100_000);
    const far = await read({ path: 'huge', offset: 100_000, limit: 1 }, { on });
    expect(far.texts[0]?.trim()).toBe('line 99999');
    expect(Math.max(...ranges.map(({ length }) => length))).toBeLessThanOrEqual(512 * 1024);
    const end = await read({ path: 'huge', byteOffset: 2 ** 31 - 16 }, { on });
    expect(end.texts[0]?.trim()).toBe(`line ${2 ** 27 - 1}`);
    expect((await read({ path: 'huge', byteOffset: 2 ** 31 }, { on })).text).toContain(
      'ends before',
    );
  });
});

describe('what is no text', () => {
  it('comes as an image where it is one', async () => {
    const { content } = await read({ path: 'pixel.png' });
    expect(content).toEqual([
      { type: 'image', mediaType: 'image/png', data: png.toString('base64') },
    ]);
  });

  it('is refused where it is too large an image, or binary: by its type', async () => {
    await put('big.png', Buffer.concat([png, Buffer.alloc(readLimits.imageBytes)]));
    expect((await read({ path: 'big.png' })).text).toContain('Make it smaller');
    await put('paper', '%PDF-1.7\n');
    const { isError, text } = await read({ path: 'paper' });
    expect(isError).toBe(true);
    expect(text).toContain('PDF document');
  });

  it('is refused where it is a folder or a device', async () => {
    expect(await read({ path: '.' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('list_dir'),
    });
    computer.addOther(`${cwd}/pipe`);
    expect(await read({ path: 'pipe' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('a pipe'),
    });
  });
});

describe('a path', () => {
  it('that is missing gets the nearest names', async () => {
    expect((await read({ path: 'deep/readme.txt' })).text).toContain('README.md');
    expect((await read({ path: 'nowhere/a.txt' })).text).toContain('folder does not exist');
  });

  it.each(['../secret.txt', '/etc/passwd', '..', 'link'])(
    'that leads out, such as %s, is refused, with how to get a grant',
    async (path) => {
      computer.addLink(`${cwd}/link`, '../secret.txt');
      const { isError, text } = await read({ path });
      expect(isError).toBe(true);
      expect(text).toMatch(/leads out of the working folder.*request_access/);
      expect(text).not.toContain('secret\n');
    },
  );

  it('is what the call is about', () => {
    const tool = createReadFileTool(fakeFiles(computer));
    expect(tool.subjectOf?.({ path: '../a' })).toEqual({ paths: ['../a'] });
    expect(tool.subjectOf?.({})).toBeUndefined();
  });
});

describe('what was read', () => {
  it('can be written, and is guarded, as a whole or in part', async () => {
    const files = fakeFiles(computer);
    const view = await files.open({ conversationId: 'conversation-1', cwd, tool: 'write_file' });
    await expect(view.replace(`${cwd}/a.txt`, 'mine')).rejects.toMatchObject({
      code: 'file-not-read',
    });
    await read({ path: 'a.txt', limit: 1 }, { files });
    await put('a.txt', 'theirs');
    await expect(view.replace(`${cwd}/a.txt`, 'mine')).rejects.toThrow('three');
    await read({ path: 'a.txt' }, { files });
    await view.replace(`${cwd}/a.txt`, 'mine');
    expect((await read({ path: 'a.txt' })).text).toBe('mine');
  });
});
