import type { JournalRecord } from '@dispatch/wire';
import { CommandError } from '../exit-codes.ts';
import { journalLines, parseRecord } from './journal-lines.ts';

/** What a journal holds of one conversation or turn. */
export interface Selection {
  readonly traceIds: ReadonlySet<string>;
}

/**
 * Finds the conversation, or the turn, whose id begins with `prefix`, and its traces. Throws where
 * there is none, or more than one.
 */
export async function selectTraces(files: readonly string[], prefix: string): Promise<Selection> {
  const traces = new Map<string, Set<string>>();
  for await (const line of journalLines(files)) {
    // Most lines are of others, and reading a line costs far more than looking through it.
    if (!line.includes(prefix) || !line.includes('"span-open"')) continue;
    const record = parseRecord(line);
    if (record?.type !== 'span-open') continue;
    const id = [record.conversationId, record.turnId].find((known) => known?.startsWith(prefix));
    if (id === undefined) continue;
    const found = traces.get(id) ?? new Set();
    traces.set(id, found.add(record.traceId));
  }
  const exact = traces.get(prefix);
  const [only, another] = traces;
  if (exact !== undefined) return { traceIds: exact };
  if (only === undefined) {
    throw new CommandError(
      `The journal holds nothing of an id that begins with "${prefix}".`,
      'It keeps the newest records; --data names another data folder.',
    );
  }
  if (another !== undefined) {
    throw new CommandError(
      `"${prefix}" is the beginning of ${traces.size} ids:`,
      [...traces.keys()].slice(0, 10).join('\n'),
    );
  }
  return { traceIds: only[1] };
}

/** The selected lines, each with its record, in the order of the journal. */
export async function* selectedLines(
  files: readonly string[],
  { traceIds }: Selection,
): AsyncGenerator<{ readonly line: string; readonly record: JournalRecord }> {
  for await (const line of journalLines(files)) {
    const record = parseRecord(line);
    if (record?.traceId !== undefined && traceIds.has(record.traceId)) yield { line, record };
  }
}
