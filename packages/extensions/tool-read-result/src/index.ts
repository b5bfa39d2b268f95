import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createReadResultTool } from './read-result.ts';

export type { ReadResultOptions } from './options.ts';
export { createReadResultTool } from './read-result.ts';

/** Contributes the tool `read_result`. */
export default defineExtension({
  name: '@dispatch/tool-read-result',
  version: '0.1.0',
  apiVersion,
  needs: ['blobs'],
  provides: ['tool'],
  parseOptions,
  async setup({ needs, options }) {
    return { contributes: { tool: [createReadResultTool(needs.blobs, options)] } };
  },
});
