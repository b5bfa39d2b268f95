import type { Computer } from '@dispatch/contracts';
import { type RawPath, runCommand } from '@dispatch/file-search';
import { nulTerminated } from './find-files.ts';
import { createLineReader, type MatchedLine } from './matched-lines.ts';
import { grepPattern, ripgrepPattern, type SearchPattern } from './search-pattern.ts';

export interface LineSearch {
  readonly computer: Computer;
  readonly hasRipgrep: boolean;
  readonly folder: string;
  /** Of which a line matches, in the order in which they are told. */
  readonly paths: readonly RawPath[];
  readonly pattern: SearchPattern;
  readonly contextLines: number;
  /** Of each line. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Return false where no more is wanted. */
  onLine(line: MatchedLine): boolean;
}

/** Tells the lines that match, and those beside them, in the order of the files and of their lines. */
export async function readLines(search: LineSearch): Promise<void> {
  if (search.paths.length === 0) return;
  const { pattern, contextLines } = search;
  const command = search.hasRipgrep
    ? ['rg', ...ripgrepFlags, `--context=${contextLines}`, ...ripgrepPattern(pattern)]
    : ['grep', '-a', '-n', '-H', '--null', '-C', String(contextLines), ...grepPattern(pattern)];
  await runCommand(search.computer, {
    command: ['xargs', '-0', ...command, '--'],
    cwd: search.folder,
    input: nulTerminated(search.paths),
    signal: search.signal,
    onStdout: createLineReader(search.maxBytes, search.onLine),
  });
}

/** One thread: it prints the files in the order in which they are named. */
const ripgrepFlags = [
  '--no-config',
  '--text',
  '--threads=1',
  '--null',
  '--with-filename',
  '--line-number',
  '--no-heading',
  '--no-context-separator',
  '--color=never',
];
