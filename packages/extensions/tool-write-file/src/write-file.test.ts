import {
  extensionConformance,
  type FakeComputer,
  fakeComputer,
  fakeFiles,
  toolConformance,
} from '@dispatch/conformance';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import extension, { createWriteFileTool } from './index.ts';

const cwd = '/home/user/work';
const makeComputer = () => fakeComputer({ files: { [`${cwd}/a.txt`]: 'one\n' } });

extensionConformance('tool-write-file', extension, () => ({
  needed: { files: fakeFiles(makeComputer()) },
}));

toolConformance(
  'write_file',
  () => ({ tool: createWriteFileTool(fakeFiles(makeComputer())), cwd }),
  {
    valid: [
      { path: 'new.txt', content: 'text' },
      { path: 'deep/new.txt', content: '' },
    ],
    invalid: [
      {},
      null,
      { path: 'a' },
      { path: '', content: '' },
      { path: 'a\0', content: '' },
      { path: 'a', content: 1 },
    ],
  },
);

describe('write_file', () => {
  let computer: FakeComputer;
  let files: ReturnType<typeof fakeFiles>;
  beforeEach(() => {
    computer = makeComputer();
    files = fakeFiles(computer);
  });
  const write = async (path: string, content: string, conversationId = 'c1') => {
    const call = createWriteFileTool(files).prepare({ path, content });
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    const { content: parts, isError = false } = await call.run(
      fakeToolContext({ signal, cwd, conversationId }),
    );
    const [part] = parts;
    return { isError, text: part?.type === 'text' ? part.text : '' };
  };
  const textOf = async (path: string) => Buffer.from(await computer.readFile(path)).toString();

  it('writes a new file, with the folders above it, and says what it holds', async () => {
    expect(await write('deep/er/b.txt', 'a\nb')).toEqual({
      isError: false,
      text: 'deep/er/b.txt now holds 2 lines, 3 bytes.',
    });
    expect(await textOf(`${cwd}/deep/er/b.txt`)).toBe('a\nb');
    expect((await write('empty', '')).text).toContain('empty');
    expect((await write('b.txt', 'ü\n')).text).toBe('b.txt now holds 1 line, 3 bytes.');
  });

  it('runs again to the same end, and changes what it wrote itself', async () => {
    await write('b.txt', 'b');
    const again = await write('b.txt', 'b', 'another conversation, as after a restart');
    expect(again.isError).toBe(false);
    expect((await write('b.txt', 'c')).isError).toBe(false);
    expect(await textOf(`${cwd}/b.txt`)).toBe('c');
  });

  it('refuses what was not read, what changed, and what lies outside, and says what to do', async () => {
    expect(await write('a.txt', 'mine')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/read it first/i),
    });
    await write('b.txt', 'b');
    await computer.writeFile(`${cwd}/b.txt`, Buffer.from('theirs'));
    expect(await write('b.txt', 'mine')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/changed/),
    });
    expect(await write('../b.txt', 'x')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/request_access/),
    });
    expect(await textOf(`${cwd}/b.txt`)).toBe('theirs');
  });

  it('says what the computer says: a folder, a full disk', async () => {
    computer.addFolder(`${cwd}/folder`);
    expect(await write('folder', 'x')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/folder/),
    });
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    files = fakeFiles({ ...computer, writeFile: () => Promise.reject(full) });
    expect(await write('new', 'x')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/disk is full/),
    });
  });

  it('says what it touches', () => {
    const tool = createWriteFileTool(files);
    expect(tool.subjectOf?.({ path: '../a', content: '' })).toEqual({ paths: ['../a'] });
    expect(tool.subjectOf?.({ path: '' })).toBeUndefined();
  });
});
