import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createGlobTool } from './glob.ts';

export { createGlobTool, type GlobOptions } from './glob.ts';

/** Contributes the tool `glob`. */
export default defineExtension({
  name: '@dispatch/tool-glob',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs, runtime }) {
    return { contributes: { tool: [createGlobTool({ files: needs.files, runtime })] } };
  },
});
