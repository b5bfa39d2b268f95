/** A file that is written no more, as the disk has it. */
export interface ClosedFile {
  readonly sequence: number;
  readonly bytes: number;
  /** When something was written to it last, in epoch milliseconds. */
  readonly writtenAt: number;
}

export interface JournalLimits {
  /** Of the closed files together. */
  readonly maxBytes: number;
  /** What was written last before it goes, in epoch milliseconds. */
  readonly since: number;
}

/**
 * Which files have to go: those that are too old, and the oldest until the rest fits. What is older
 * than one that goes, goes too: a journal has no holes. Ascending in, ascending out. Pure.
 */
export function surplusOf(
  files: readonly ClosedFile[],
  { maxBytes, since }: JournalLimits,
): readonly number[] {
  let bytes = 0;
  const lastToGo = files.findLastIndex((file) => {
    bytes += file.bytes;
    return bytes > maxBytes || file.writtenAt < since;
  });
  return files.slice(0, lastToGo + 1).map(({ sequence }) => sequence);
}
