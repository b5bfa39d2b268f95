import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JournalRecord } from '@dispatch/wire';

/** Files of the journal, oldest first: their names sort. Rejects where there is no folder. */
export async function listJournal(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
  return names.sort().map((name) => join(folder, name));
}

/** The lines of all files, in order. A file that is rotated away meanwhile is passed over. */
export async function* journalLines(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    try {
      yield* createInterface({
        input: createReadStream(file),
        crlfDelay: Number.POSITIVE_INFINITY,
      });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    }
  }
}

/** The record on a line; undefined where the line is torn. */
export function parseRecord(line: string): JournalRecord | undefined {
  try {
    const record: JournalRecord = JSON.parse(line);
    return typeof record?.type === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}
