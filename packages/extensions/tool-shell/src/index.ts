import { existsSync } from 'node:fs';
import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createShell } from './shell.ts';

export { createShell, type Shell, type ShellOptions } from './shell.ts';

/** Contributes the tool `shell`. */
export default defineExtension({
  name: '@dispatch/tool-shell',
  version: '0.1.0',
  apiVersion,
  provides: ['tool'],
  parseOptions,
  async setup({ runtime, logger, options }) {
    // Models write for bash; where there is none, the system's own shell has to do.
    const usual = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
    const { environment, shell = usual } = options;
    const { tool, dispose } = createShell({ environment, shell, runtime, logger });
    return { contributes: { tool: [tool] }, dispose };
  },
});
