import {
  extensionConformance,
  type FakeComputer,
  fakeComputer,
  fakeFiles,
  toolConformance,
} from '@dispatch/conformance';
import type { Computer } from '@dispatch/contracts';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import extension, { createListDirTool } from './index.ts';
import { listLimits } from './list-dir.ts';

const cwd = '/home/user/work';
const makeComputer = () =>
  fakeComputer({ files: { [`${cwd}/b.txt`]: 'b', [`${cwd}/a/c.txt`]: 'c', [`${cwd}/Z`]: '' } });

extensionConformance('tool-list-dir', extension, () => ({
  needed: { files: fakeFiles(makeComputer()) },
}));

toolConformance('list_dir', () => ({ tool: createListDirTool(fakeFiles(makeComputer())), cwd }), {
  valid: [{}, { path: 'a' }, { path: '.', offset: 2, limit: 1 }],
  invalid: [
    null,
    [],
    { path: '' },
    { path: 1 },
    { path: 'a\0' },
    { offset: 0 },
    { limit: 1.5 },
    { all: true },
  ],
});

describe('list_dir', () => {
  let computer: FakeComputer;
  beforeEach(() => {
    computer = makeComputer();
  });
  const list = async (
    input: { path?: string; offset?: number; limit?: number },
    on: Computer = computer,
  ) => {
    const call = createListDirTool(fakeFiles(on)).prepare(input);
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    const { content, isError = false } = await call.run(fakeToolContext({ signal, cwd }));
    const [part] = content;
    return { isError, text: part?.type === 'text' ? part.text : '' };
  };

  it('shows names sorted, folders, links and what is no file marked', async () => {
    computer.addLink(`${cwd}/link`, 'a');
    computer.addOther(`${cwd}/pipe`);
    expect(await list({})).toEqual({ isError: false, text: 'Z\na/\nb.txt\nlink@\npipe (no file)' });
    expect((await list({ path: 'link' })).text).toBe('c.txt');
  });

  it('shows a part, and says how to go on', async () => {
    expect((await list({ limit: 2 })).text).toBe(
      'Z\na/\n[There are 3 entries: go on with offset 3.]',
    );
    expect((await list({ offset: 3 })).text).toBe('b.txt');
    expect(await list({ offset: 4 })).toEqual({
      isError: true,
      text: '. has 3 entries: there is no entry 4.',
    });
  });

  it('says that a folder is empty, and shows names of several lines in one', async () => {
    computer.addFolder(`${cwd}/empty`);
    expect((await list({ path: 'empty' })).text).toBe('[empty is empty.]');
    await computer.writeFile(`${cwd}/odd/a\nb`, Buffer.from(''));
    expect((await list({ path: 'odd' })).text).toBe('"a\\nb"');
  });

  it('looks at no more of a folder of a million entries than it says', async () => {
    const asked: number[] = [];
    const large: Computer = {
      ...computer,
      async readFolder(_path, limit) {
        asked.push(limit);
        const entries = Array.from({ length: limit }, (_, index) => ({
          name: `file-${String(1_000_000 - index)}`,
          kind: 'file' as const,
        }));
        return { entries, isCut: true };
      },
    };
    const { text } = await list({}, large);
    expect(asked).toEqual([listLimits.lookedAt]);
    expect(text.split('\n')).toHaveLength(listLimits.shown + 1);
    expect(text).toMatch(/more than 10000 entries; these are only some.*glob/);
  });

  it('refuses files, what is missing and what lies outside, and says what to do', async () => {
    expect(await list({ path: 'b.txt' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('read_file'),
    });
    expect((await list({ path: 'none' })).isError).toBe(true);
    expect(await list({ path: '..' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('request_access'),
    });
  });

  it('says what it touches', () => {
    const tool = createListDirTool(fakeFiles(computer));
    expect(tool.subjectOf?.({})).toEqual({ paths: ['.'] });
  });
});
