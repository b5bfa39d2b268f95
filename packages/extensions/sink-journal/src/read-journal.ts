import { join } from 'node:path';
import type { LogMessageRecord, SpanCloseRecord, SpanOpenRecord } from '@dispatch/kernel';
import { fileName, listSequences } from './journal-files.ts';
import { readRawLines } from './raw-lines.ts';

/** A record as a journal holds it: its time is text. */
export type JournalRecord =
  | AsText<SpanOpenRecord>
  | AsText<SpanCloseRecord>
  | AsText<LogMessageRecord>;

type AsText<R extends { readonly at: number }> = Omit<R, 'at'> & {
  /** ISO-8601, UTC, with milliseconds. */
  readonly at: string;
};

/**
 * The records of a folder, oldest first, up to what is there when its last file has been read.
 * May run beside the host that writes: torn lines, and files removed meanwhile, are passed over.
 */
export async function* readJournal(folder: string): AsyncGenerator<JournalRecord, void> {
  for (const sequence of await listSequences(folder)) {
    for await (const lines of readRawLines(join(folder, fileName(sequence)))) {
      for (const line of lines) {
        const record = parseRecord(line.toString('utf8'));
        if (record !== undefined) yield record;
      }
    }
  }
}

/** A line's record; undefined where it is torn or no record. Pure. */
export function parseRecord(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('at' in value)) {
    return false;
  }
  const { type, at } = value;
  return (
    (type === 'span-open' || type === 'span-close' || type === 'log') && typeof at === 'string'
  );
}
