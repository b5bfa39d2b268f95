import { posix } from 'node:path';
import { asFileError, type Files, type Runtime } from '@dispatch/contracts';
import { startSearchBudget } from '@dispatch/file-search';
import {
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
} from '@dispatch/kernel';
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
export function createGrepTool(options: GrepOptions): Tool {
  return defineTool<GrepInput>({
    name: 'grep',
    description:
      'Searches what files hold, line by line, with a regular expression in the syntax of ripgrep. Leaves out what .gitignore and .ignore leave out, .git and binary files; links are not followed. Paths are relative to the working folder. To find files by name use glob.',
    inputSchema: grepSchema,
    effect: 'pure',
    timeoutMs: findMs + readMs + 10_000,
    parse: parseInput,
    subjectOf: ({ path = '.' }) => ({ paths: [path] }),
    run: (input, context) => run(options, input, context),
  });
}

async function run(
  { files, runtime }: GrepOptions,
  input: GrepInput,
  context: ToolContext,
): Promise<ToolResult> {
  const budgets: SearchBudgets = {
    find: () => startSearchBudget(runtime, context.signal, findMs),
    read: () => startSearchBudget(runtime, context.signal, readMs),
  };
  const { path = '.' } = input;
  try {
    const view = await files.open({ ...context, tool: 'grep' });
    const target = await view.resolve(path, 'read');
    const { kind } = await view.computer.stat(target);
    if (kind === 'other') return errorResult(`${path} is neither a file nor a folder.`);
    const place: Place =
      kind === 'folder'
        ? { folder: target }
        : { folder: posix.dirname(target), only: posix.basename(target) };
    const found = await searchFiles(view, place, input, budgets);
    return context.signal.aborted ? aborted : report(found);
  } catch (error) {
    if (context.signal.aborted) return aborted;
    return errorResult(asFileError(error, path).message);
  }
}

const aborted = errorResult('Aborted while files were searched.');
