/** What lies under a path of a fake computer. */
export type FakeNode =
  | { readonly kind: 'file'; bytes: Uint8Array; mode: number; version: number }
  | FakeFolder
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other' };

export interface FakeFolder {
  readonly kind: 'folder';
  readonly children: Map<string, FakeNode>;
}

/** Where a path leads: `node` is undefined where there is nothing yet. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly parent: FakeFolder;
  readonly node: FakeNode | undefined;
}

export interface WalkOptions {
  /** Stands on a link at the path's end, instead of following it. */
  readonly keepsLastLink?: boolean;
  /** Makes the folders above, where they are missing. */
  readonly makesFolders?: boolean;
}

const maxLinks = 40;
const maxNameLength = 255;

export const newFolder = (): FakeFolder => ({ kind: 'folder', children: new Map() });

/** Follows a path as a POSIX system does. Throws with Node's codes. */
export function walk(root: FakeFolder, path: string, options: WalkOptions = {}): Place {
  let names = split(path);
  let above: Place[] = [];
  const top: Place = { path: '/', name: '', parent: root, node: root };
  let links = 0;
  for (;;) {
    const at = above.at(-1) ?? top;
    const name = names.shift();
    if (name === undefined) return at;
    if (at.node === undefined || at.node.kind === 'link') throw fakeError('ENOENT', path);
    if (at.node.kind !== 'folder') throw fakeError('ENOTDIR', path);
    if (name === '..') {
      above.pop();
      continue;
    }
    if (name.length > maxNameLength) throw fakeError('ENAMETOOLONG', path);
    const isLast = names.length === 0;
    let node = at.node.children.get(name);
    if (node?.kind === 'link' && !(isLast && options.keepsLastLink === true)) {
      links += 1;
      if (links > maxLinks) throw fakeError('ELOOP', path);
      if (node.target.startsWith('/')) above = [];
      names = [...split(node.target), ...names];
      continue;
    }
    if (node === undefined && !isLast && options.makesFolders === true) {
      node = newFolder();
      at.node.children.set(name, node);
    }
    const prefix = at.path === '/' ? '' : at.path;
    above.push({ path: `${prefix}/${name}`, name, parent: at.node, node });
  }
}

/** What lies there. Throws `ENOENT` where nothing does. */
export function find(
  root: FakeFolder,
  path: string,
  options: WalkOptions = {},
): { readonly path: string; readonly node: FakeNode } {
  const { path: real, node } = walk(root, path, options);
  if (node === undefined) throw fakeError('ENOENT', path);
  return { path: real, node };
}

export function fakeError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code, path });
}

const split = (path: string) => path.split('/').filter((name) => name !== '' && name !== '.');
