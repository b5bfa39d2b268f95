import type { Computer } from '@dispatch/contracts';
import { runCommand } from '../command/run-command.ts';
import { createRecordSplitter } from '../command/split-records.ts';
import { encodePath, type RawPath } from '../path-name.ts';
import { type FileTree, maxUnreadable, type TreeEnd } from './file-tree.ts';

/** What ripgrep is told besides what to look for: which files of a tree. Nothing of it is a setting of the computer's. */
export function ripgrepArguments({ isIgnoring, names = [], only }: FileTree): readonly string[] {
  return [
    '--no-config',
    '--hidden',
    '--no-ignore-messages',
    '--color=never',
    ...(isIgnoring ? ['--no-require-git', '--no-ignore-global'] : ['--no-ignore']),
    // Named as an argument it would be searched in another way than one that is found.
    ...(only === undefined ? [] : [`--glob=/${escapeGlob(only)}`, '--max-depth=1']),
    '--glob=!.git',
    ...names.map((name) => `--type-add=wanted:${name}`),
    ...(names.length > 0 ? ['--type=wanted'] : []),
  ];
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[\\*?[\]{}!]/g, '\\$&');
}

/**
 * Runs ripgrep over a tree. Calls `onRecords` with what it prints, cut at U+0000. Paths begin with `./`. Rejects as `Computer.spawn` does.
 */
export async function runRipgrep(
  computer: Computer,
  run: {
    readonly arguments: readonly string[];
    readonly folder: string;
    readonly signal: AbortSignal;
    onRecords(records: string[]): void;
  },
): Promise<TreeEnd> {
  const splitter = createRecordSplitter();
  const { exit, stderr } = await runCommand(computer, {
    command: ['rg', ...run.arguments, '--', './'],
    cwd: run.folder,
    signal: run.signal,
    onStdout(bytes) {
      run.onRecords(splitter.push(bytes));
      return true;
    },
  });
  if (splitter.rest() !== '') run.onRecords([splitter.rest()]);
  const { unreadable, other } = readMessages(stderr);
  if (exit === undefined) return { unreadable, isCut: true };
  // 1: nothing was found. 2: something could not be read, or the arguments are no good.
  if ('code' in exit && (exit.code <= 1 || (exit.code === 2 && unreadable.length > 0))) {
    return { unreadable, isCut: false };
  }
  return { unreadable, isCut: true, failure: other === '' ? describeExit(exit) : other };
}

/** Every file of the tree, in no order. */
export function listByRipgrep(
  computer: Computer,
  tree: FileTree,
  signal: AbortSignal,
  onFiles: (paths: readonly RawPath[]) => void,
): Promise<TreeEnd> {
  return runRipgrep(computer, {
    arguments: ['--files', '--null', ...ripgrepArguments(tree)],
    folder: tree.folder,
    signal,
    onRecords: (records) => onFiles(records.map(withoutDot)),
  });
}

/** `./a/b` as `a/b`. */
export function withoutDot(path: string): RawPath {
  return path.startsWith('./') ? path.slice(2) : path;
}

/** `rg: ./secret: Permission denied (os error 13)`; older ones leave out their name. */
function readMessages(stderr: string) {
  const unreadable: RawPath[] = [];
  const other: string[] = [];
  for (const line of stderr.split('\n')) {
    const path = /^(?:rg: )?\.\/(.*?): .*\(os error \d+\)$/.exec(line)?.[1];
    if (path === undefined) other.push(line);
    else if (unreadable.length < maxUnreadable) unreadable.push(encodePath(path));
  }
  return { unreadable, other: other.join('\n').trim() };
}

function describeExit(
  exit: { readonly code: number } | { readonly signal: string } | { readonly failure: string },
): string {
  if ('failure' in exit) return exit.failure;
  return 'signal' in exit
    ? `rg was ended by ${exit.signal}`
    : `rg ended with exit code ${exit.code}`;
}
