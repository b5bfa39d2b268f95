import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createReadFileTool } from './read-file.ts';

export { createReadFileTool, readLimits } from './read-file.ts';

/** Contributes the tool `read_file`. */
export default defineExtension({
  name: '@dispatch/tool-read-file',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createReadFileTool(needs.files)] } };
  },
});
