import { type BigIntStats, constants, type Dirent } from 'node:fs';
import { open, opendir, readlink, realpath, stat as statOf } from 'node:fs/promises';
import type { FileKind, FileRange, FileStat, FolderListing } from '@dispatch/contracts';
import { nodeError } from './node-error.ts';

/** Read at most of a file that does not say how long it is, as those of `/proc`. */
const unsizedBytes = 1024 * 1024;

export const realPath = (path: string): Promise<string> => realpath(path);
export const readLink = (path: string): Promise<string> => readlink(path);

export async function stat(path: string): Promise<FileStat> {
  const found = await statOf(path, { bigint: true });
  const version = `${found.ino}-${found.size}-${found.mtimeNs}-${found.ctimeNs}`;
  return { kind: kindOf(found), size: Number(found.size), version };
}

/** Pipes and devices are refused: reading them might never end. */
export async function readFile(path: string, range?: FileRange): Promise<Uint8Array> {
  // A pipe that nobody writes to would hold `open` otherwise.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw nodeError('EISDIR', 'illegal operation on a directory', path);
    if (!found.isFile()) throw nodeError('EINVAL', 'neither a file nor a folder', path);
    if (range === undefined) return await handle.readFile();
    const room = found.size === 0 ? unsizedBytes : Math.max(0, found.size - range.offset);
    const bytes = Buffer.allocUnsafe(Math.min(range.length, room));
    let filled = 0;
    while (filled < bytes.length) {
      const rest = bytes.length - filled;
      const { bytesRead } = await handle.read(bytes, filled, rest, range.offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/** Listings of one folder, while entries of it go. */
const maxTries = 5;

/** Where the file system does not say what an entry is, Node looks, and fails where it is gone by then. */
export async function readFolder(path: string, limit: number): Promise<FolderListing> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listFolder(path, limit);
    } catch (error) {
      const isOfEntry = error instanceof Error && 'syscall' in error && error.syscall === 'lstat';
      if (!isOfEntry || tries === maxTries) throw error;
    }
  }
}

async function listFolder(path: string, limit: number): Promise<FolderListing> {
  const entries: { name: string; kind: FileKind }[] = [];
  const folder = await opendir(path, { bufferSize: Math.max(1, Math.min(limit + 1, 1000)) });
  for await (const entry of folder) {
    if (entries.length >= limit) return { entries, isCut: true };
    entries.push({ name: entry.name, kind: kindOf(entry) });
  }
  return { entries, isCut: false };
}

function kindOf(entry: Dirent | BigIntStats): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
