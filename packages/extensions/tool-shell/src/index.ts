import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createShellTool } from './shell.ts';

export { createShellTool, type ShellOptions } from './shell.ts';

/** Contributes the tool `shell`. */
export default defineExtension({
  name: '@dispatch/tool-shell',
  version: '0.1.0',
  apiVersion,
  needs: ['computer', 'commands?'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs, runtime, logger }) {
    const { computer: computers, commands } = needs;
    return { contributes: { tool: [createShellTool({ computers, commands, runtime, logger })] } };
  },
});
