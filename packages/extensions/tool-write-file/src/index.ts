import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createWriteFileTool } from './write-file.ts';

export { createWriteFileTool } from './write-file.ts';

/** Contributes the tool `write_file`. */
export default defineExtension({
  name: '@dispatch/tool-write-file',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createWriteFileTool(needs.files)] } };
  },
});
