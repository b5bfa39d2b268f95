import type { Computer } from '@dispatch/contracts';
import type { RawPath } from '../path-name.ts';
import type { FileTree, TreeEnd } from './file-tree.ts';
import { listByRipgrep } from './ripgrep.ts';
import { findTreePrograms } from './tree-programs.ts';
import { walkTree } from './walk-tree.ts';

/**
 * Tells every file of the tree, in no order: by ripgrep where the computer has one, else by a walk
 * of our own that leaves out the same. Links are neither followed nor told. Ends at once when the
 * signal fires, with what was told until then. Rejects with `computer-unavailable`.
 */
export async function listFiles(
  computer: Computer,
  tree: FileTree,
  signal: AbortSignal,
  onFiles: (paths: readonly RawPath[]) => void,
): Promise<TreeEnd> {
  const { hasRipgrep, missing } = await findTreePrograms(computer);
  if (hasRipgrep) return listByRipgrep(computer, tree, signal, onFiles);
  if (missing.length > 0) return { unreadable: [], isCut: true, failure: whatIsMissing(missing) };
  return walkTree(computer, tree, signal, onFiles);
}

/** A sentence for the model. */
export function whatIsMissing(missing: readonly string[]): string {
  return `The computer has neither ripgrep nor ${missing.join(', ')}: files can not be searched there.`;
}
