import type { Runtime } from '@dispatch/contracts';
import {
  type JournalFile,
  listClosedFiles,
  listSequences,
  openJournalFile,
  removeFile,
  removeLeftovers,
} from './journal-files.ts';
import type { JournalOptions } from './options.ts';
import { surplusOf } from './surplus.ts';

/** The file that is written, and what follows it when it is full or a day old. */
export interface Rotation {
  /** Rejects where the disk does not take the lines; a later call may be luckier. */
  append(lines: Uint8Array): Promise<void>;
  /** Removes what is too old or too much, never the open file. Never rejects. */
  tidy(): Promise<void>;
  /** Ends a file, where it is the one that is written: what comes goes into the next. */
  end(sequence: number): Promise<void>;
  /** Runs `change` while no file is begun, written or removed. */
  exclusively<T>(change: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const megabyte = 1024 * 1024;

/** Goes on with the newest file of the folder, or begins the first. */
export async function openRotation(
  options: JournalOptions,
  { wallNow }: Pick<Runtime, 'wallNow'>,
): Promise<Rotation> {
  const { folder, maxAgeDays } = options;
  const maxBytes = options.maxTotalMb * megabyte;
  const maxFileBytes = largestFile(options);
  let sequence = (await listSequences(folder)).at(-1) ?? 1;
  let file: JournalFile | undefined = await openJournalFile(folder, sequence);
  let beganAt = file.beganAt ?? wallNow();

  /** The open file counts as full, so that all together never are more than they may be. */
  const tidy = async () => {
    const limits = {
      maxBytes: maxBytes - maxFileBytes,
      since: maxAgeDays === 0 ? 0 : wallNow() - maxAgeDays * dayMs,
    };
    const closed = await listClosedFiles(folder, sequence).catch(() => []);
    for (const one of surplusOf(closed, limits)) await removeFile(folder, one);
  };

  const startNext = async () => {
    await file?.close();
    file = undefined;
    sequence += 1;
    file = await openJournalFile(folder, sequence);
    beganAt = wallNow();
    await tidy();
  };

  const append = async (lines: Uint8Array) => {
    file ??= await openJournalFile(folder, sequence);
    const isFull = file.size + lines.length > maxFileBytes;
    const isOld = Math.abs(wallNow() - beganAt) >= dayMs;
    if (file.size > 0 && (isFull || isOld)) await startNext();
    await file.append(lines);
  };

  let last: Promise<unknown> = Promise.resolve();
  const exclusively = <T>(change: () => Promise<T>): Promise<T> => {
    const done = last.then(change);
    last = done.catch(() => {});
    return done;
  };

  await removeLeftovers(folder);
  await tidy();
  return {
    append: (lines) => exclusively(() => append(lines)),
    tidy: () => exclusively(tidy),
    end: (ended) =>
      exclusively(async () => {
        if (ended === sequence) await startNext();
      }),
    exclusively,
    close: () =>
      exclusively(async () => {
        await file?.close();
        file = undefined;
      }),
  };
}

/** Small enough for the oldest to go without half of the journal going with it. */
export function largestFile({ maxFileBytes, maxTotalMb }: JournalOptions): number {
  return Math.min(maxFileBytes, (maxTotalMb * megabyte) / 4);
}
