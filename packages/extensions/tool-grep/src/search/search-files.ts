import type { ConversationFiles } from '@dispatch/contracts';
import {
  compileGlob,
  decodePath,
  type FileTree,
  FirstOf,
  findTreePrograms,
  type RawPath,
  type SearchBudget,
  type TreeEnd,
  whatIsMissing,
} from '@dispatch/file-search';
import { type GrepInput, grepLimits } from '../input.ts';
import type { GrepReport, ShownLine } from '../report.ts';
import { findByGrep, findByRipgrep } from './find-files.ts';
import type { FoundFile } from './found-files.ts';
import { readLines } from './read-lines.ts';
import { grepPattern, type SearchPattern } from './search-pattern.ts';

/** A folder, or one file of it. */
export interface Place {
  readonly folder: string;
  readonly only?: string;
}

export interface SearchBudgets {
  readonly find: () => SearchBudget;
  readonly read: () => SearchBudget;
}

/** Of one line. */
const maxLineBytes = 500;

/**
 * Searches in two steps: which files match, all of them; then the lines of the first ones by path. So
 * the same files come to the same answer, in whatever order they were looked at.
 */
export async function searchFiles(
  view: ConversationFiles,
  place: Place,
  input: GrepInput,
  budgets: SearchBudgets,
): Promise<GrepReport> {
  const { output = 'content' } = input;
  const { hasRipgrep, missing } = await findTreePrograms(view.computer);
  const pattern = patternOf(input);
  const problem = hasRipgrep ? undefined : (whyNoSearch(missing) ?? whyNoPattern(pattern));
  const usual = output === 'content' ? grepLimits.usual.lines : grepLimits.usual.files;
  const limit = Math.min(input.limit ?? usual, grepLimits.most);
  const first = new FirstOf<FoundFile>(limit, (left, right) =>
    left.path < right.path ? -1 : left.path > right.path ? 1 : 0,
  );
  const end =
    problem === undefined
      ? await find({ view, place, input, pattern, hasRipgrep, budget: budgets.find(), first })
      : { unreadable: [], isCut: true, failure: problem };

  const prefix = place.folder === '/' ? '' : place.folder;
  const show = (path: RawPath) => view.show(`${prefix}/${decodePath(path)}`);
  const files = first.items;
  const lines: ShownLine[] = [];
  let hasMoreLines = false;
  if (output === 'content' && end.failure === undefined) {
    const budget = budgets.read();
    let matches = 0;
    await readLines({
      computer: view.computer,
      hasRipgrep,
      folder: place.folder,
      paths: files.map(({ path }) => path),
      pattern,
      contextLines: input.context ?? 0,
      maxBytes: maxLineBytes,
      signal: budget.signal,
      onLine(line) {
        if (line.isMatch) matches += 1;
        hasMoreLines = matches > limit;
        if (!hasMoreLines) lines.push({ ...line, path: show(line.path) });
        return !hasMoreLines;
      },
    }).finally(budget.close);
    hasMoreLines ||= budget.isSpent;
  }
  return {
    output,
    files: files.map(({ path, count }) => ({ path: show(path), count })),
    fileCount: first.count,
    lines,
    hasMoreLines,
    unreadable: end.unreadable.map(show),
    isCut: end.isCut,
    failure: end.failure,
  };
}

async function find(call: {
  readonly view: ConversationFiles;
  readonly place: Place;
  readonly input: GrepInput;
  readonly pattern: SearchPattern;
  readonly hasRipgrep: boolean;
  readonly budget: SearchBudget;
  readonly first: FirstOf<FoundFile>;
}): Promise<TreeEnd> {
  const { view, place, input, budget } = call;
  const glob = input.glob === undefined ? undefined : compileGlob(input.glob);
  const excluded = input.exclude === undefined ? undefined : compileGlob(input.exclude);
  const tree: FileTree = {
    ...place,
    isIgnoring: input.includeIgnored !== true,
    ...(glob?.names === undefined ? {} : { names: glob.names }),
  };
  const findFiles = call.hasRipgrep ? findByRipgrep : findByGrep;
  try {
    const end = await findFiles({
      computer: view.computer,
      tree,
      pattern: call.pattern,
      isCounting: input.output === 'count',
      signal: budget.signal,
      wants(raw) {
        if (glob === undefined && excluded === undefined) return true;
        const path = decodePath(raw);
        return glob?.matches(path) !== false && !excluded?.matches(path);
      },
      onFile: (file) => call.first.add(file),
    });
    // In the words of ripgrep, which shows the place.
    return end.failure?.includes('regex') ? { ...end, failure: badPattern(end.failure) } : end;
  } finally {
    budget.close();
  }
}

function patternOf(input: GrepInput): SearchPattern {
  return {
    text: input.pattern,
    isLiteral: input.literal === true,
    isIgnoringCase: input.case === 'insensitive',
  };
}

function whyNoSearch(missing: readonly string[]): string | undefined {
  return missing.length === 0 ? undefined : whatIsMissing(missing);
}

function whyNoPattern(pattern: SearchPattern): string | undefined {
  try {
    grepPattern(pattern);
    return undefined;
  } catch (error) {
    return badPattern(error instanceof Error ? error.message : String(error));
  }
}

function badPattern(why: string): string {
  return `The pattern can not be read: ${why}\nPut a \\ before a character that is meant as itself, or set literal to true.`;
}
