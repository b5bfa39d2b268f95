import type { Computer } from '@dispatch/contracts';
import { runCommand } from '../command/run-command.ts';
import { createRecordSplitter } from '../command/split-records.ts';
import { IgnoreRules } from '../ignore/ignore-rules.ts';
import { encodePath, type RawPath } from '../path-name.ts';
import { type FileTree, maxUnreadable, type TreeEnd } from './file-tree.ts';
import { withoutDot } from './ripgrep.ts';
import { createWalkReader, type WalkHandler } from './walk-records.ts';
import { walkScript } from './walk-script.ts';

interface Folder {
  /** Begins with `./`, but for the tree's own, which is `.`. */
  readonly path: string;
  /** Those of the folders above it. */
  readonly rules: IgnoreRules;
}

/** Folders of one command: a tree takes about as many commands as it is deep, however far the computer is. */
const foldersPerCommand = 2000;

/** Files that one command tells; those beyond are left out. */
const maxFilesPerCommand = 1_000_000;

/** Folders that wait to be looked into; of those beyond nothing is told. */
const maxPending = 500_000;

/**
 * Every file of the tree, in no order, by what any POSIX system has. Folders that are ignored are not
 * looked into. Rejects as `Computer.spawn` does.
 */
export async function walkTree(
  computer: Computer,
  tree: FileTree,
  signal: AbortSignal,
  onFiles: (paths: readonly RawPath[]) => Promise<void> | void,
): Promise<TreeEnd> {
  if (tree.only !== undefined) {
    await onFiles([encodePath(tree.only)]);
    return { unreadable: [], isCut: false };
  }
  const root = encodePath(tree.folder);
  const prefix = root === '/' ? '' : root;
  const absolute = (path: string) => (path === '.' ? root : prefix + path.slice(1));
  const unreadable: RawPath[] = [];
  const say = (what: 'all' | 'files' | 'rules', folders: readonly string[], handler: WalkHandler) =>
    readFolders(computer, { cwd: tree.folder, what, folders, signal }, handler);

  let above = IgnoreRules.none;
  if (tree.isIgnoring) {
    const rules = new Map<string, Parameters<WalkHandler['onRules']>[1]>();
    const ancestors = ancestorsOf(root);
    const end = await say('rules', ancestors, {
      onUnreadable: () => {},
      onRules: (folder, own) => rules.set(folder, own),
      onFolder: () => {},
      onFile: () => {},
    });
    if (end !== undefined) return { unreadable, ...end };
    for (const folder of ancestors) {
      const own = rules.get(folder);
      if (own !== undefined) above = above.enter(folder, own);
    }
  }

  const pending: Folder[] = [{ path: '.', rules: above }];
  let isCut = false;
  while (pending.length > 0) {
    const batch = new Map(
      pending.splice(-foldersPerCommand).map(({ path, rules }) => [path, rules]),
    );
    const files: RawPath[] = [];
    const rulesOf = (path: string) =>
      batch.get(path.slice(0, path.lastIndexOf('/'))) ?? IgnoreRules.none;
    const end = await say(tree.isIgnoring ? 'all' : 'files', [...batch.keys()], {
      onUnreadable(folder) {
        if (unreadable.length < maxUnreadable) unreadable.push(withoutDot(folder));
      },
      onRules(folder, own) {
        const rules = batch.get(folder);
        if (rules !== undefined) batch.set(folder, rules.enter(absolute(folder), own));
      },
      onFolder(path) {
        const rules = rulesOf(path);
        if (rules.ignores(absolute(path), true)) return;
        if (pending.length < maxPending) pending.push({ path, rules });
        else isCut = true;
      },
      onFile(path) {
        if (rulesOf(path).ignores(absolute(path), false)) return;
        if (files.length < maxFilesPerCommand) files.push(path.slice(2));
        else isCut = true;
      },
    });
    await onFiles(files);
    if (end !== undefined) return { unreadable, ...end };
  }
  return { unreadable, isCut };
}

/** Undefined: the script ran to its end. */
async function readFolders(
  computer: Computer,
  run: {
    readonly cwd: string;
    readonly what: 'all' | 'files' | 'rules';
    readonly folders: readonly string[];
    readonly signal: AbortSignal;
  },
  handler: WalkHandler,
): Promise<Pick<TreeEnd, 'isCut' | 'failure'> | undefined> {
  const splitter = createRecordSplitter();
  const read = createWalkReader(handler);
  const { exit, stderr } = await runCommand(computer, {
    command: ['xargs', '-0', 'sh', '-c', walkScript, 'sh', run.what],
    cwd: run.cwd,
    input: Buffer.from(run.folders.map((folder) => `${folder}\0`).join(''), 'latin1'),
    signal: run.signal,
    onStdout(bytes) {
      for (const record of splitter.push(bytes)) read(record);
      return true;
    },
  });
  if (exit === undefined) return { isCut: true };
  if ('code' in exit && exit.code === 0) return undefined;
  return { isCut: true, failure: stderr.trim() || 'The folders could not be listed.' };
}

/** From `/` down to the folder above. */
function ancestorsOf(folder: string): readonly string[] {
  const names = folder.split('/').filter((name) => name !== '');
  return names.map((_, depth) => `/${names.slice(0, depth).join('/')}`);
}
