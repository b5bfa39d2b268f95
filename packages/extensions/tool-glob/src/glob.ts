import {
  type ConversationFiles,
  defineFileTool,
  type Files,
  type Runtime,
} from '@dispatch/contracts';
import {
  compileGlob,
  decodePath,
  FirstOf,
  listFiles,
  type RawPath,
  startSearchBudget,
} from '@dispatch/file-search';
import { errorResult, type Tool, type ToolContext, type ToolResult } from '@dispatch/kernel';
import { type GlobInput, globLimits, globSchema, parseInput } from './input.ts';
import { report } from './report.ts';

export interface GlobOptions {
  readonly files: Files;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
}

/** Looking takes no longer; what was found until then is told. */
const searchMs = 60_000;

/** Makes the tool `glob`. */
export function createGlobTool({ files, runtime }: GlobOptions): Tool {
  return defineFileTool<GlobInput>(files, {
    name: 'glob',
    description:
      'Lists the files whose paths fit a glob, sorted by path, relative to the working folder. Leaves out what .gitignore and .ignore leave out, and .git; links are not followed. Finds names; to search what files hold use grep.',
    inputSchema: globSchema,
    effect: 'pure',
    timeoutMs: searchMs + 10_000,
    parse: parseInput,
    run: (view, input, context) => run(view, input, context, runtime),
  });
}

async function run(
  view: ConversationFiles,
  input: GlobInput,
  { signal }: ToolContext,
  runtime: GlobOptions['runtime'],
): Promise<ToolResult> {
  const { path = '.' } = input;
  const folder = await view.resolve(path, 'read');
  const { kind } = await view.computer.stat(folder);
  if (kind !== 'folder') {
    return errorResult(`${path} is no folder: name the folder to search, or leave path out.`);
  }
  const budget = startSearchBudget(runtime, signal, searchMs);
  try {
    return await search(view, folder, input, budget);
  } finally {
    budget.close();
  }
}

async function search(
  view: ConversationFiles,
  folder: string,
  input: GlobInput,
  budget: { readonly signal: AbortSignal; readonly isSpent: boolean },
): Promise<ToolResult> {
  const wanted = compileGlob(input.pattern);
  const unwanted = input.exclude === undefined ? undefined : compileGlob(input.exclude);
  const first = new FirstOf<RawPath>(
    Math.min(input.limit ?? globLimits.usual, globLimits.most),
    (left, right) => (left < right ? -1 : left > right ? 1 : 0),
  );
  const tree = {
    folder,
    isIgnoring: input.includeIgnored !== true,
    ...(wanted.names === undefined ? {} : { names: wanted.names }),
  };
  const end = await listFiles(view.computer, tree, budget.signal, (paths) => {
    for (const raw of paths) {
      const path = decodePath(raw);
      if (wanted.matches(path) && !unwanted?.matches(path)) first.add(raw);
    }
  });
  if (budget.signal.aborted && !budget.isSpent)
    return errorResult('Aborted while files were listed.');
  const show = (raw: RawPath) => view.show(`${folder === '/' ? '' : folder}/${decodePath(raw)}`);
  return report({
    paths: first.items.map(show),
    count: first.count,
    unreadable: end.unreadable.map(show),
    isCut: end.isCut,
    failure: end.failure,
  });
}
