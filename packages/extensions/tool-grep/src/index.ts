import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createGrepTool } from './grep.ts';

export { createGrepTool, type GrepOptions } from './grep.ts';

/** Contributes the tool `grep`. */
export default defineExtension({
  name: '@dispatch/tool-grep',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs, runtime }) {
    return { contributes: { tool: [createGrepTool({ files: needs.files, runtime })] } };
  },
});
