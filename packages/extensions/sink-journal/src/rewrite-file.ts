import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copyName, fileName, listName, removeFile, statFile } from './journal-files.ts';
import { readRawLines } from './raw-lines.ts';

/** The steps in which a file is made anew; a crash may come between any two. */
export interface RewriteDisk {
  create(path: string): Promise<Pick<FileHandle, 'writeFile' | 'utimes' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const realDisk: RewriteDisk = {
  create: (path) => open(path, 'w', 0o600),
  rename,
  remove: (path) => unlink(path).catch(() => {}),
};

export interface RewriteOptions {
  readonly isKept: (line: Buffer) => boolean;
  /** Between blocks; rejects to end early. */
  readonly pause: () => Promise<void>;
  /** Runs the change itself while nobody removes files. */
  readonly exclusively: <T>(change: () => Promise<T>) => Promise<T>;
  readonly disk?: RewriteDisk;
}

/**
 * Makes a closed file anew with the lines that are kept, byte for byte and in order, and the time at
 * which it was written; removes it where none is. A copy takes its place at once: who reads has the
 * old file or the new one. Resolves with how many lines went; what rejects leaves the file as it was.
 */
export async function rewriteFile(
  folder: string,
  sequence: number,
  { isKept, pause, exclusively, disk = realDisk }: RewriteOptions,
): Promise<number> {
  const file = await statFile(folder, sequence);
  if (file === undefined) return 0;
  const path = join(folder, fileName(sequence));
  const copyPath = join(folder, copyName(sequence));
  const copy = await disk.create(copyPath);
  let kept = 0;
  let gone = 0;
  try {
    for await (const lines of readRawLines(path)) {
      const staying = lines.filter(isKept);
      kept += staying.length;
      gone += lines.length - staying.length;
      if (staying.length > 0) await copy.writeFile(Buffer.concat(staying));
      await pause();
    }
    // Its age is that of its records.
    const writtenAt = file.writtenAt / 1000;
    await copy.utimes(writtenAt, writtenAt);
    await copy.sync();
  } catch (error) {
    await copy.close().catch(() => {});
    await disk.remove(copyPath);
    throw error;
  }
  await copy.close();
  return exclusively(async () => {
    // It may have been removed meanwhile, since it was too old.
    const isThere = (await statFile(folder, sequence)) !== undefined;
    if (gone > 0 && kept > 0 && isThere) {
      await disk.remove(join(folder, listName(sequence)));
      await disk.rename(copyPath, path);
      return gone;
    }
    await disk.remove(copyPath);
    if (gone === 0 || !isThere) return 0;
    await removeFile(folder, sequence);
    return gone;
  });
}
