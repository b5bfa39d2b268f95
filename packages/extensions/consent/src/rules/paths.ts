import { matchesText } from './match-text.ts';

/** Where paths of one call start from; all absolute. */
export interface Places {
  /** The folder that relative paths start from, as named and, where it could be asked for, with links resolved. */
  readonly folders: readonly string[];
  /** The user's home, in the same two forms. Empty where nobody could say. */
  readonly homes: readonly string[];
  /** Folders that a person let the conversation read, links resolved. */
  readonly granted: readonly string[];
}

/** A path that a call touches. */
export interface CallPath {
  /** As the call names it. */
  readonly shown: string;
  /** Absolute, without `.` and `..`. */
  readonly lexical: string;
  /** With links resolved as far as it exists; absent where that could not be asked for. */
  readonly real?: string;
}

/** Absolute and without `.`, `..` and doubled slashes; undefined where it can not be said from here. */
export function normalizePath(
  path: string,
  folder: string | undefined,
  home: string | undefined,
): string | undefined {
  const isHome = path === '~' || path.startsWith('~/');
  const base = path.startsWith('/') ? '/' : isHome ? home : folder;
  if (base === undefined) return undefined;
  const parts: string[] = [];
  for (const part of `${base}/${isHome ? path.slice(1) : path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The folder itself, or something in it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** In the folder that the call works in, by both of its forms. */
export function isInsidePlaces({ lexical, real }: CallPath, { folders }: Places): boolean {
  const resolved = folders.at(-1);
  if (real === undefined || resolved === undefined) return false;
  return folders.some((folder) => isInside(lexical, folder)) && isInside(real, resolved);
}

/** In a folder that a person let the conversation read. */
export function isGranted({ real }: CallPath, { granted }: Places): boolean {
  return real !== undefined && granted.some((folder) => isInside(real, folder));
}

/**
 * Whether an absolute path fits a rule's pattern. `*` stands for any characters of one name, `**`
 * for any number of names: `/a/**` is `/a` and all in it. `~` is the home; what is relative starts
 * from the call's folder, whatever `..` says in it.
 */
export function matchesPath(pattern: string, path: string, places: Places): boolean {
  const names = namesOf(path);
  return patternNames(pattern, places).some((wanted) => matchesNames(wanted, names));
}

/** Of one call, whose many paths meet the same patterns. */
const known = new WeakMap<Places, Map<string, readonly (readonly string[])[]>>();

function patternNames(pattern: string, places: Places): readonly (readonly string[])[] {
  const ofCall = known.get(places) ?? new Map<string, readonly (readonly string[])[]>();
  known.set(places, ofCall);
  const before = ofCall.get(pattern);
  if (before !== undefined) return before;
  const names = basesOf(pattern, places).flatMap((base) => {
    const whole = normalizePath(pattern, base, base);
    return whole === undefined ? [] : [namesOf(whole)];
  });
  ofCall.set(pattern, names);
  return names;
}

function basesOf(pattern: string, { folders, homes }: Places): readonly string[] {
  // A pattern that begins with `**` is about names anywhere, not below the folder.
  if (pattern.startsWith('/') || pattern.startsWith('**')) return ['/'];
  return pattern === '~' || pattern.startsWith('~/') ? homes : folders;
}

function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}

/** Row by row from the end: time in proportion to the product of both lengths. */
function matchesNames(pattern: readonly string[], names: readonly string[]): boolean {
  let below: readonly boolean[] = Array.from(
    { length: names.length + 1 },
    (_, at) => at === names.length,
  );
  for (const wanted of pattern.toReversed()) {
    const row: boolean[] = [];
    for (let at = names.length; at >= 0; at -= 1) {
      const name = names[at];
      row[at] =
        wanted === '**'
          ? below[at] === true || row[at + 1] === true
          : name !== undefined && matchesText(wanted, name) && below[at + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}
