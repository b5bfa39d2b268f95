import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createWordCountTool } from './word-count.ts';

export type { WordCountOptions } from './options.ts';
export { createWordCountTool } from './word-count.ts';

/** Contributes the tool `word_count`. */
export default defineExtension({
  name: '@dispatch/tool-word-count',
  version: '0.1.0',
  apiVersion,
  provides: ['tool'],
  parseOptions,
  async setup({ options }) {
    return { contributes: { tool: [createWordCountTool(options)] } };
  },
});
