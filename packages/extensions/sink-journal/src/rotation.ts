import {
  type JournalFile,
  listSequences,
  openJournalFile,
  removeOldest,
  sizeOf,
} from './journal-files.ts';
import type { JournalOptions } from './options.ts';

/** The file that is written, and what follows it when it is full. */
export interface Rotation {
  /** One call at a time. Rejects where the disk does not take the lines; a later call may be luckier. */
  append(lines: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Goes on with the newest file of the folder, or begins the first. */
export async function openRotation(options: JournalOptions): Promise<Rotation> {
  const { folder, maxFileBytes, maxFiles } = options;
  const newest = (await listSequences(folder)).at(-1) ?? 1;
  const isFull = (await sizeOf(folder, newest)) >= maxFileBytes;
  let sequence = isFull ? newest + 1 : newest;
  let file: JournalFile | undefined = await openJournalFile(folder, sequence);
  await removeOldest(folder, maxFiles);

  const startNext = async () => {
    await file?.close();
    file = undefined;
    sequence += 1;
    file = await openJournalFile(folder, sequence);
    await removeOldest(folder, maxFiles);
  };

  return {
    async append(lines) {
      file ??= await openJournalFile(folder, sequence);
      if (file.size > 0 && file.size + lines.length > maxFileBytes) await startNext();
      await file.append(lines);
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}
