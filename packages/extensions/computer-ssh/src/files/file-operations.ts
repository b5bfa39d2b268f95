import type { Computer, FileKind, FileStat, FolderListing } from '@dispatch/contracts';
import { fileError, nodeCodeOf } from './node-code.ts';
import type { Operation } from './worker.ts';
import type { Workers } from './workers.ts';

/** As the contract has it. */
const maxFileBytes = 64 * 1024 * 1024;

/** A name's bytes at most, with `./` before it and a zero behind, as often as its kind is long. */
const longestEntry = 258 * 4;

export type FileOperations = Pick<
  Computer,
  'realPath' | 'readLink' | 'stat' | 'readFile' | 'writeFile' | 'readFolder'
>;

/** The file operations of a computer, out of what its own programs say. */
export function createFileOperations(workers: Workers, newSuffix: () => string): FileOperations {
  const run = async (
    name: Operation['name'],
    [path = '', ...words]: readonly string[],
    input?: Uint8Array,
  ): Promise<Buffer> => {
    // What no shell can say, and what a program might take for an option.
    if (path.includes('\0') || !path.startsWith('/')) {
      throw fileError('EINVAL', 'a path is absolute and holds no zero', path);
    }
    const operation = { name, words: [path, ...words], ...(input === undefined ? {} : { input }) };
    const { isDone, found, said } = await workers.run(operation);
    // A pipeline hides what its first part had to say.
    if (isDone && (said === '' || name !== 'read')) return found;
    const code = nodeCodeOf(said);
    throw fileError(code === 'EEXIST' ? 'ENOTDIR' : code, said, path);
  };
  const line = async (name: 'real' | 'link', path: string) =>
    (await run(name, [path])).toString().replace(/\n$/, '');

  return {
    realPath: (path) => line('real', path),
    readLink: (path) => line('link', path),
    stat: async (path) => parseStat((await run('stat', [path])).toString().trim()),
    readFile: (path, range) =>
      run('read', [path, ...(range ? [`${range.offset + 1}`, `${range.length}`] : [])]),
    async writeFile(path, bytes) {
      if (bytes.length > maxFileBytes) throw fileError('EFBIG', 'more than 64 MiB', path);
      await run('write', [path, String(bytes.length), newSuffix()], bytes);
    },
    async readFolder(path, limit) {
      return parseFolder(await run('list', [path, String((limit + 1) * longestEntry)]), limit);
    },
  };
}

const kindBits: Readonly<Record<number, FileKind>> = { 8: 'file', 4: 'folder', 10: 'link' };

/** A mode in hexadecimal digits, a size, and what tells versions apart. Pure. */
export function parseStat(text: string): FileStat {
  const [mode = '', size = '', ...version] = text.split(' ');
  const kind = kindBits[Number.parseInt(mode, 16) >> 12] ?? 'other';
  return { kind, size: Number(size), version: `${size} ${version.join(' ')}` };
}

const kindsByCount: readonly FileKind[] = ['file', 'folder', 'link', 'other'];

/** Names that end with a zero and stand there once for a file, twice for a folder, and so on; the last may be cut. Pure. */
export function parseFolder(bytes: Buffer, limit: number): FolderListing {
  const entries: { name: string; kind: FileKind }[] = [];
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf(0, from);
    if (end < 0) break;
    const name = bytes.subarray(from, end + 1);
    let times = 1;
    let next = end + 1;
    while (bytes.subarray(next, next + name.length).equals(name)) {
      times += 1;
      next += name.length;
    }
    if (entries.length >= limit) return { entries, isCut: true };
    const kind = kindsByCount[times - 1] ?? 'other';
    entries.push({ name: name.toString('utf8', 2, name.length - 1), kind });
    from = next;
  }
  return { entries, isCut: false };
}
