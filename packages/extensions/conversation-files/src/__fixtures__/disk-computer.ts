import { constants } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Computer, ComputerSource, Contribution, FileKind } from '@dispatch/contracts';

/** The files of this machine, as far as the contract `files` needs them: what runs commands is not here. */
export function diskComputer(changes: Partial<Computer> = {}): Computer {
  return {
    spawn: () => Promise.reject(new Error('no commands here')),
    homeFolder: async () => tmpdir(),
    realPath: (path) => realpath(path),
    readLink: (path) => readlink(path),
    async stat(path) {
      const { size, mtimeNs, ino, isFile, isDirectory } = await bigStat(path);
      const kind: FileKind = isFile ? 'file' : isDirectory ? 'folder' : 'other';
      return { kind, size: Number(size), version: `${ino}-${mtimeNs}-${size}` };
    },
    async readFile(path, range) {
      if (range === undefined) return readFile(path);
      const handle = await open(path, constants.O_RDONLY);
      try {
        const bytes = Buffer.alloc(range.length);
        const { bytesRead } = await handle.read(bytes, 0, range.length, range.offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async writeFile(path, bytes) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    },
    async readFolder(path, limit) {
      const entries = await readdir(path);
      return {
        entries: entries.slice(0, limit).map((name) => ({ name, kind: 'file' })),
        isCut: false,
      };
    },
    ...changes,
  };
}

async function bigStat(path: string) {
  const found = await stat(path, { bigint: true });
  const { size, mtimeNs, ino } = found;
  return { size, mtimeNs, ino, isFile: found.isFile(), isDirectory: found.isDirectory() };
}

/** A list contract of these computers: the one without an id is the host's own. */
export function sourceOf(
  ...computers: readonly Computer[]
): readonly Contribution<ComputerSource>[] {
  const value: ComputerSource = {
    list: async () => [],
    find: async (id) => computers.find(({ computerId }) => computerId === id),
  };
  return [{ extension: 'test', value }];
}
