import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createListDirTool } from './list-dir.ts';
import { parseOptions } from './options.ts';

export { createListDirTool } from './list-dir.ts';

/** Contributes the tool `list_dir`. */
export default defineExtension({
  name: '@dispatch/tool-list-dir',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createListDirTool(needs.files)] } };
  },
});
