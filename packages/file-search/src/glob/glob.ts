import { expandBraces } from './expand-braces.ts';
import { compilePathGlob, type PathGlob } from './path-glob.ts';

/** Which paths below a folder are meant. */
export interface Glob {
  /** @param path Relative to the folder, with `/` between names and none in front. */
  matches(path: string): boolean;
  /** Globs of which each name of a matching file fits one; undefined where it may be any. */
  readonly names: readonly string[] | undefined;
}

const maxGlobLength = 4096;

/**
 * A glob as people write them: `*`, `?`, `[a-z]`, `**` for any number of folders, `{a,b}` for either.
 * As in ignore files, one without a `/` is meant at any depth, one with a `/` from the folder on, and
 * `/` at its end means all below. Throws a sentence for the model where it can not be read.
 */
export function compileGlob(text: string): Glob {
  if (text.length > maxGlobLength) throw new Error('The glob is too long.');
  const globs = expandBraces(text).map(compileOne);
  const names = globs.map(({ widenedName }) => widenedName);
  return {
    matches: (path) => globs.some((glob) => glob.matches(path)),
    names: names.every((name) => name !== undefined) ? names : undefined,
  };
}

function compileOne(text: string): PathGlob {
  const isFolder = text.endsWith('/');
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0) throw new Error('The glob names nothing: for all files write **.');
  if (names.includes('..')) {
    throw new Error('A glob leads down only: to search elsewhere name the folder as `path`.');
  }
  const isAnywhere = !text.replace(/\/+$/, '').includes('/');
  const path = [...(isAnywhere ? ['**'] : []), ...names, ...(isFolder ? ['**'] : [])];
  const glob = compilePathGlob(path.join('/'));
  if (glob !== undefined) return glob;
  throw new Error(
    `The glob ${text} can not be read: a [ is not closed or a \\ stands last. Write \\[ for the character itself.`,
  );
}
