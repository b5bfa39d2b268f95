import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createEditFileTool } from './edit-file.ts';

export { createEditFileTool, type EditFileParts } from './edit-file.ts';

/** Contributes the tool `edit_file`. */
export default defineExtension({
  name: '@dispatch/tool-edit-file',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs, runtime }) {
    return { contributes: { tool: [createEditFileTool({ files: needs.files, runtime })] } };
  },
});
