import { apiVersion, defineExtension } from '@dispatch/contracts';
import { openJournal } from './journal.ts';
import { parseOptions } from './options.ts';

export { type Journal, openJournal } from './journal.ts';
export type { JournalOptions } from './options.ts';
export { type JournalRecord, parseRecord, readJournal } from './read-journal.ts';

/** Contributes the sink `journal`. */
export default defineExtension({
  name: '@dispatch/sink-journal',
  version: '0.1.0',
  apiVersion,
  provides: ['sink'],
  parseOptions,
  async setup({ runtime, options }) {
    const journal = await openJournal(options, runtime);
    return { contributes: { sink: [journal] }, dispose: () => journal.close() };
  },
});
