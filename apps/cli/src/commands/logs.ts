import { join } from 'node:path';
import type { JournalRecord } from '@dispatch/wire';
import type { Command, Context } from '../command.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { chooseConversation } from '../host/choose-conversation.ts';
import { describeTree } from '../journal/describe-tree.ts';
import { listJournal } from '../journal/journal-lines.ts';
import { selectedLines, selectTraces } from '../journal/select-records.ts';
import { spanTree } from '../journal/span-tree.ts';

/** More than a person reads; the rest is for --json. */
const maxRecords = 200_000;

export const logsCommand: Command = {
  name: 'logs',
  usage: '[id]',
  summary: 'Show the spans of a conversation or a turn, from the journal. --json: its records.',
  options: {},
  maxPositionals: 1,
  async run(context) {
    const { output, isJson } = context;
    const files = await journalOf(context);
    const id = context.positionals[0] ?? (await onlyRunningId(context));
    const selection = await selectTraces(files, id);
    const records: JournalRecord[] = [];
    for await (const { line, record } of selectedLines(files, selection)) {
      if (isJson) output.line(line);
      else if (records.length < maxRecords) records.push(withoutBody(record));
    }
    for (const line of describeTree(spanTree(records), output.style)) output.line(line);
    if (records.length === maxRecords)
      output.note(`Only the first ${maxRecords} records are shown.`);
    return exitCodes.ok;
  },
};

async function journalOf({ dataFolder }: Context): Promise<string[]> {
  const folder = join(dataFolder, 'journal');
  try {
    return await listJournal(folder);
  } catch {
    throw new CommandError(
      'There is no journal here.',
      `${folder} can not be read. --data or DISPATCH_DATA_DIR name the data folder of the host.`,
    );
  }
}

async function onlyRunningId(context: Context): Promise<string> {
  const { conversationId } = await chooseConversation(await context.client(), undefined);
  return conversationId;
}

/** Bodies are most of a journal, and the tree shows none. */
function withoutBody(record: JournalRecord): JournalRecord {
  if (record.type === 'log') return record;
  const { body: _, ...rest } = record;
  return rest;
}
