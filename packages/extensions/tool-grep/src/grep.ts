import { posix } from 'node:path';
import {
  type ConversationFiles,
  defineFileTool,
  type Files,
  type Runtime,
} from '@dispatch/contracts';
import { startSearchBudget } from '@dispatch/file-search';
import { errorResult, type Tool, type ToolContext, type ToolResult } from '@dispatch/kernel';
import { type GrepInput, grepSchema, parseInput } from './input.ts';
import { report } from './report.ts';
import { type Place, type SearchBudgets, searchFiles } from './search/search-files.ts';

export interface GrepOptions {
  readonly files: Files;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
}

/** Looking for files takes no longer, reading their lines neither; what was found until then is told. */
const findMs = 60_000;
const readMs = 15_000;

/** Makes the tool `grep`. */
export function createGrepTool({ files, runtime }: GrepOptions): Tool {
  return defineFileTool<GrepInput>(files, {
    name: 'grep',
    description:
      'Searches what files hold, line by line, with a regular expression in the syntax of ripgrep. Leaves out what .gitignore and .ignore leave out, .git and binary files; links are not followed. Paths are relative to the working folder. To find files by name use glob.',
    inputSchema: grepSchema,
    effect: 'pure',
    timeoutMs: findMs + readMs + 10_000,
    parse: parseInput,
    run: (view, input, context) => run(view, input, context, runtime),
  });
}

async function run(
  view: ConversationFiles,
  input: GrepInput,
  { signal }: ToolContext,
  runtime: GrepOptions['runtime'],
): Promise<ToolResult> {
  const { path = '.' } = input;
  const target = await view.resolve(path, 'read');
  const { kind } = await view.computer.stat(target);
  if (kind === 'other') return errorResult(`${path} is neither a file nor a folder.`);
  const place: Place =
    kind === 'folder'
      ? { folder: target }
      : { folder: posix.dirname(target), only: posix.basename(target) };
  const budgets: SearchBudgets = {
    find: () => startSearchBudget(runtime, signal, findMs),
    read: () => startSearchBudget(runtime, signal, readMs),
  };
  const found = await searchFiles(view, place, input, budgets);
  return signal.aborted ? errorResult('Aborted while files were searched.') : report(found);
}
