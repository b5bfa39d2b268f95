import type { Computer } from '@dispatch/contracts';
import {
  createRecordSplitter,
  type FileTree,
  type RawPath,
  ripgrepArguments,
  runCommand,
  runRipgrep,
  type TreeEnd,
  walkTree,
} from '@dispatch/file-search';
import { createFoundReader, type FoundFile } from './found-files.ts';
import { grepPattern, ripgrepPattern, type SearchPattern } from './search-pattern.ts';

export interface FileSearch {
  readonly computer: Computer;
  readonly tree: FileTree;
  readonly pattern: SearchPattern;
  readonly isCounting: boolean;
  readonly signal: AbortSignal;
  /** Whether a file is to be searched. */
  wants(path: RawPath): boolean;
  /** In no order. */
  onFile(file: FoundFile): void;
}

/** The files of a tree of which a line matches, by ripgrep. Text files alone. */
export function findByRipgrep(search: FileSearch): Promise<TreeEnd> {
  const { computer, tree, pattern, isCounting, signal } = search;
  return runRipgrep(computer, {
    arguments: [
      isCounting ? '--count' : '--files-with-matches',
      '--null',
      ...ripgrepArguments(tree),
      ...ripgrepPattern(pattern),
    ],
    folder: tree.folder,
    signal,
    onRecords: createFoundReader(isCounting, (file) => {
      if (search.wants(file.path)) search.onFile(file);
    }),
  });
}

/**
 * The same files by a walk of our own and `grep`: a few thousand files a command, however far the
 * computer is. Throws where the pattern can not be read.
 */
export async function findByGrep(search: FileSearch): Promise<TreeEnd> {
  const { computer, tree, isCounting } = search;
  const pattern = grepPattern(search.pattern);
  const unreadable: RawPath[] = [];
  const grep = async (
    paths: readonly RawPath[],
    command: readonly string[],
    isNumbered = false,
  ) => {
    const found: FoundFile[] = [];
    const end = await runGrep(
      search,
      paths,
      command,
      createFoundReader(isNumbered, (file) => found.push(file)),
    );
    unreadable.push(...end.unreadable);
    return { found, failure: end.failure };
  };
  let failure: string | undefined;
  const end = await walkTree(computer, tree, search.signal, async (paths) => {
    const wanted = paths.filter(search.wants);
    if (wanted.length === 0 || failure !== undefined) return;
    // Bytes that are no character of the locale do not make a file a binary one.
    const matching = await grep(wanted, ['grep', '-l', '-a', '--null', ...pattern]);
    failure = matching.failure;
    if (matching.found.length === 0) return;
    const pathsOf = (files: readonly FoundFile[]) => files.map(({ path }) => path);
    const texts = await grep(pathsOf(matching.found), [
      'env',
      'LC_ALL=C',
      'grep',
      '-l',
      '-I',
      '--null',
      '-e',
      '',
    ]);
    const files =
      isCounting && texts.found.length > 0
        ? await grep(pathsOf(texts.found), ['grep', '-c', '-a', '-H', '--null', ...pattern], true)
        : texts;
    for (const file of files.found) search.onFile(file);
  });
  return {
    unreadable: [...end.unreadable, ...unreadable].slice(0, 20),
    isCut: end.isCut || failure !== undefined,
    ...(failure === undefined ? {} : { failure }),
    ...(end.failure === undefined ? {} : { failure: end.failure }),
  };
}

async function runGrep(
  { computer, tree, signal }: FileSearch,
  paths: readonly RawPath[],
  command: readonly string[],
  read: (records: readonly string[]) => void,
): Promise<{ readonly unreadable: readonly RawPath[]; readonly failure: string | undefined }> {
  const splitter = createRecordSplitter();
  const { stderr } = await runCommand(computer, {
    command: ['xargs', '-0', ...command, '--'],
    cwd: tree.folder,
    input: nulTerminated(paths),
    signal,
    onStdout(bytes) {
      read(splitter.push(bytes));
      return true;
    },
  });
  if (splitter.rest() !== '') read([splitter.rest()]);
  return readMessages(stderr);
}

/** What `xargs -0` reads: paths that begin with `./`, so that none is taken for an option. */
export function nulTerminated(paths: readonly RawPath[]): Uint8Array {
  return Buffer.from(paths.map((path) => `./${path}\0`).join(''), 'latin1');
}

/** `grep: ./secret: Permission denied`; a `grep` that finds nothing fails too, and says nothing. */
function readMessages(stderr: string) {
  const unreadable: RawPath[] = [];
  let failure: string | undefined;
  for (const line of stderr.split('\n')) {
    const path = /^grep: \.\/(.*): [^:]+$/.exec(line)?.[1];
    if (path !== undefined) unreadable.push(path);
    else if (line !== '' && !line.startsWith('grep: warning')) failure ??= line;
  }
  return { unreadable, failure };
}
