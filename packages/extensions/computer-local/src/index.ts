import { existsSync } from 'node:fs';
import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createLocalComputer } from './local-computer.ts';
import { parseOptions } from './options.ts';

export {
  createLocalComputer,
  type LocalComputer,
  type LocalComputerOptions,
} from './local-computer.ts';

/** Contributes the computer that the host runs on: the one without an id. */
export default defineExtension({
  name: '@dispatch/computer-local',
  version: '0.1.0',
  apiVersion,
  provides: ['computer'],
  parseOptions,
  async setup({ runtime, logger, options }) {
    // Models write for bash; where there is none, the system's own shell has to do.
    const usual = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
    const { environment, shell = usual } = options;
    const { computer, dispose } = createLocalComputer({ environment, shell, runtime, logger });
    const source = {
      list: async () => [],
      find: async (computerId: string | undefined) =>
        computerId === undefined ? computer : undefined,
    };
    return { contributes: { computer: [source] }, dispose };
  },
});
