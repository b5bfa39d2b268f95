import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createWordCountSink } from './word-count.ts';

export type { WordCountOptions } from './options.ts';
export { createWordCountSink } from './word-count.ts';

/** Contributes the sink `word-count`. */
export default defineExtension({
  name: '@dispatch/sink-word-count',
  version: '0.1.0',
  apiVersion,
  provides: ['sink'],
  parseOptions,
  async setup({ options }) {
    return { contributes: { sink: [createWordCountSink(options)] } };
  },
});
