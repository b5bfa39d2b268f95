import { compileSegment, type Segment } from './segment.ts';

/** Any number of folders, none included. */
const anyFolders = '**';

type Piece = typeof anyFolders | Segment;

/** A glob of a path relative to some folder: pieces between `/`, of which `**` stands for any number of folders. */
export interface PathGlob {
  matches(path: string): boolean;
  /** What the last name of a path that matches looks like; undefined where it may be any. */
  readonly widenedName: string | undefined;
}

/**
 * Compiles a glob from its beginning: without a `/` in front or behind. At the end `**` stands for
 * at least one name. Undefined where a piece of it can not be read.
 */
export function compilePathGlob(glob: string): PathGlob | undefined {
  const pieces: Piece[] = [];
  for (const text of glob.split('/')) {
    if (text === anyFolders) {
      if (pieces.at(-1) !== anyFolders) pieces.push(anyFolders);
      continue;
    }
    const segment = compileSegment(text);
    if (segment === undefined) return undefined;
    pieces.push(segment);
  }
  if (pieces.at(-1) === anyFolders) pieces.push(anyName);
  const last = pieces.at(-1);
  const name = last === undefined || last === anyFolders ? '*' : last.widened;
  return { matches: matcherOf(pieces), widenedName: name === '*' ? undefined : name };
}

const anyName: Segment = { matches: () => true, widened: '*' };

function matcherOf(pieces: readonly Piece[]): (path: string) => boolean {
  const [first, second] = pieces;
  if (
    pieces.length === 2 &&
    first === anyFolders &&
    second !== undefined &&
    second !== anyFolders
  ) {
    return (path) => second.matches(path.slice(path.lastIndexOf('/') + 1));
  }
  return (path) => matchPieces(pieces, path.split('/'));
}

/** As a star among characters: `**` takes as little as it can, and only the last one ever takes more. */
function matchPieces(pieces: readonly Piece[], names: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < names.length) {
    const piece = pieces[next];
    if (piece === anyFolders) {
      star = next;
      starAt = at;
      next += 1;
    } else if (piece?.matches(names[at] ?? '')) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      next = star + 1;
    } else {
      return false;
    }
  }
  return next === pieces.length;
}
