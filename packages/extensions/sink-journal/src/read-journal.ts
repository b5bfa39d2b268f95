import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { LogMessageRecord, SpanCloseRecord, SpanOpenRecord } from '@dispatch/kernel';
import { fileName, listSequences } from './journal-files.ts';

/** A record as a journal holds it: its time is text. */
export type JournalRecord =
  | AsText<SpanOpenRecord>
  | AsText<SpanCloseRecord>
  | AsText<LogMessageRecord>;

type AsText<R extends { readonly at: number }> = Omit<R, 'at'> & {
  /** ISO-8601, UTC, with milliseconds. */
  readonly at: string;
};

const blockBytes = 64 * 1024;

/**
 * The records of a folder, oldest first, up to what is there when its last file has been read.
 * May run beside the host that writes: torn lines, and files removed meanwhile, are passed over.
 */
export async function* readJournal(folder: string): AsyncGenerator<JournalRecord, void> {
  for (const sequence of await listSequences(folder)) {
    for await (const line of readLines(join(folder, fileName(sequence)))) {
      const record = parseRecord(line);
      if (record !== undefined) yield record;
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

/** Splits at `\n` alone: other line ends of Unicode may stand in a record's texts. */
async function* readLines(path: string): AsyncGenerator<string, void> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    const block = Buffer.allocUnsafe(blockBytes);
    const decoder = new StringDecoder('utf8');
    let pieces: string[] = [];
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, blockBytes);
      if (bytesRead === 0) break;
      const [first = '', ...others] = decoder.write(block.subarray(0, bytesRead)).split('\n');
      pieces.push(first);
      for (const other of others) {
        yield pieces.join('');
        pieces = [other];
      }
    }
    yield pieces.join('');
  } finally {
    await handle.close();
  }
}
