import {
  extensionConformance,
  type FakeComputer,
  type FakeFiles,
  fakeComputer,
  fakeFiles,
  toolConformance,
} from '@dispatch/conformance';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import extension, { createRequestAccessTool } from './index.ts';

const cwd = '/home/user/work';
const makeComputer = () =>
  fakeComputer({ files: { [`${cwd}/a.txt`]: '', '/srv/library/index.ts': 'export {};' } });

extensionConformance('tool-request-access', extension, () => ({
  needed: { files: fakeFiles(makeComputer()) },
}));

toolConformance(
  'request_access',
  () => ({ tool: createRequestAccessTool(fakeFiles(makeComputer())), cwd }),
  {
    valid: [{ path: '/srv/library', reason: 'its types are used here' }],
    invalid: [
      {},
      { path: '/srv' },
      { path: '', reason: 'x' },
      { path: '/srv', reason: ' ' },
      { path: 'a\0', reason: 'x' },
    ],
  },
);

describe('request_access', () => {
  let computer: FakeComputer;
  let files: FakeFiles;
  beforeEach(() => {
    computer = makeComputer();
    files = fakeFiles(computer);
  });
  const request = async (path: string) => {
    const call = createRequestAccessTool(files).prepare({ path, reason: 'I need it' });
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    const { content, isError = false } = await call.run(
      fakeToolContext({ signal, cwd, conversationId: 'c1' }),
    );
    const [part] = content;
    return { isError, text: part?.type === 'text' ? part.text : '' };
  };

  it('says to whoever decides that a person or a rule must, and about what', () => {
    const tool = createRequestAccessTool(files);
    expect(tool.subjectOf?.({ path: '/srv', reason: 'x' })).toEqual({
      paths: ['/srv'],
      needsPerson: true,
    });
    expect(tool.effect).not.toBe('pure');
  });

  it('grants reading of the folder, to its conversation', async () => {
    expect(await request('/srv/library/')).toMatchObject({ isError: false });
    expect(files.grants).toEqual([{ conversationId: 'c1', path: '/srv/library' }]);
    const view = await files.open({ conversationId: 'c1', cwd, tool: 'read_file' });
    expect(await view.resolve('/srv/library/index.ts', 'read')).toBe('/srv/library/index.ts');
    await expect(view.resolve('/srv/library/index.ts', 'write')).rejects.toThrow();
  });

  it('takes a path relative to the working folder', async () => {
    await computer.writeFile('/home/user/other/b', Buffer.from(''));
    expect(await request('../other')).toMatchObject({ isError: false });
    expect(files.grants).toEqual([{ conversationId: 'c1', path: '/home/user/other' }]);
  });

  it('grants nothing where it is not needed, or nothing is there', async () => {
    expect(await request('a.txt')).toEqual({ isError: false, text: 'a.txt can be read already.' });
    expect(await request('/srv/none')).toMatchObject({ isError: true });
    await request('/srv/library');
    expect((await request('/srv/library/index.ts')).text).toContain('already');
    expect(files.grants).toHaveLength(1);
  });

  it('grants nothing behind a link, whose name is all that the person has seen', async () => {
    computer.addLink(`${cwd}/docs`, '/srv/library');
    expect(await request('docs')).toMatchObject({
      isError: true,
      text: expect.stringContaining('/srv/library'),
    });
    expect(files.grants).toEqual([]);
  });
});
