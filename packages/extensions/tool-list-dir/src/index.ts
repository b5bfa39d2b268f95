import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createListDirTool } from './list-dir.ts';

export { createListDirTool } from './list-dir.ts';

/** Contributes the tool `list_dir`. */
export default defineExtension({
  name: '@dispatch/tool-list-dir',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createListDirTool(needs.files)] } };
  },
});
