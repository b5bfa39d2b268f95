import { type RawPath, withoutDot } from '@dispatch/file-search';

export interface FoundFile {
  readonly path: RawPath;
  /** Lines that match; 0 where they were not counted. */
  readonly count: number;
}

/**
 * Reads what `--files-with-matches` and `--count` print with `--null`: a path, U+0000, and with
 * `--count` a number and a line break. Takes it cut at U+0000, and what is left at last.
 */
export function createFoundReader(
  isCounting: boolean,
  onFile: (file: FoundFile) => void,
): (records: readonly string[]) => void {
  let path: string | undefined;
  return (records) => {
    for (const record of records) {
      if (!isCounting) {
        onFile({ path: withoutDot(record), count: 0 });
        continue;
      }
      const end = path === undefined ? -1 : record.indexOf('\n');
      if (path !== undefined)
        onFile({ path: withoutDot(path), count: Number(record.slice(0, end)) });
      path = record.slice(end + 1);
    }
  };
}
