import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createWriteFileTool } from './write-file.ts';

export { createWriteFileTool } from './write-file.ts';

/** Contributes the tool `write_file`. */
export default defineExtension({
  name: '@dispatch/tool-write-file',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createWriteFileTool(needs.files)] } };
  },
});
