import type { JsonValue } from '@dispatch/kernel';
import { errorResult, textResult } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { describe, expect, it } from 'vitest';
import { CodedError } from './coded-error.ts';
import { defineFileTool, type FileToolOptions } from './file-tool.ts';
import type { ConversationFiles, FileCall } from './files.ts';

interface Input {
  readonly path?: string;
}

/** A tool over files that note who opens them, and how it is called. */
function makeTool(run: FileToolOptions<Input>['run'], parts: Partial<FileToolOptions<Input>> = {}) {
  const opened: FileCall[] = [];
  const files = {
    open: async (call: FileCall) => {
      opened.push(call);
      // Only what a call's own `run` does with it would matter here.
      return {} as ConversationFiles;
    },
    grant: async () => {},
  };
  const parse = (input: JsonValue) => (typeof input === 'string' ? { path: input } : {});
  const tool = defineFileTool<Input>(files, {
    name: 'count',
    description: 'Counts.',
    inputSchema: {},
    parse,
    run,
    ...parts,
  });
  const call = async (input: JsonValue, signal = new AbortController().signal) => {
    const prepared = tool.prepare(input);
    if (!prepared.ok) throw new Error(prepared.message);
    return prepared.run(fakeToolContext({ signal, conversationId: 'c', cwd: '/project' }));
  };
  return { tool, opened, call };
}

const fails = (error: unknown) => async () => {
  throw error;
};

describe('a file tool', () => {
  it('is about its path, else the folder, and opens the files in its own name', async () => {
    const { tool, opened, call } = makeTool(async () => textResult('3'), {
      subject: { needsPerson: true },
    });
    expect(tool.subjectOf?.('a')).toEqual({ paths: ['a'], needsPerson: true });
    expect(tool.subjectOf?.({})).toEqual({ paths: ['.'], needsPerson: true });
    expect(await call('a')).toEqual(textResult('3'));
    expect(opened).toMatchObject([{ tool: 'count', conversationId: 'c', cwd: '/project' }]);
  });

  it('tells what is refused as a result, by the name that the model gave', async () => {
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    expect(await makeTool(fails(missing)).call('a')).toEqual(errorResult('There is no a.'));
    const outside = new CodedError('path-outside', { message: 'It is outside.' });
    expect(await makeTool(fails(outside)).call({})).toEqual(errorResult('It is outside.'));
    await expect(makeTool(fails(new Error('a bug'))).call('a')).rejects.toThrow('a bug');
  });

  it('opens nothing once it was aborted, and tells an abort only where nothing can have changed', async () => {
    const { opened, call } = makeTool(async () => textResult('3'));
    expect(await call('a', AbortSignal.abort())).toMatchObject({ isError: true });
    expect(opened).toEqual([]);
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    for (const [effect, words] of [
      ['pure', 'Aborted.'],
      ['idempotent', 'The disk is full: a is as it was before. Free some space first.'],
    ] as const) {
      const abortion = new AbortController();
      const run = async () => {
        abortion.abort();
        throw full;
      };
      const { call: callOnce } = makeTool(run, { effect });
      expect(await callOnce('a', abortion.signal)).toEqual(errorResult(words));
    }
  });
});
