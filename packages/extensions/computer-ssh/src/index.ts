import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createSshComputers } from './ssh-computers.ts';

export type { ComputerSshOptions } from './options.ts';
export {
  createSshComputers,
  type SshComputers,
  type SshComputersOptions,
} from './ssh-computers.ts';

/** Contributes the computers of the user's SSH configuration, each by its alias. */
export default defineExtension({
  name: '@dispatch/computer-ssh',
  version: '0.1.0',
  apiVersion,
  provides: ['computer'],
  parseOptions,
  async setup({ runtime, logger, options }) {
    const { dispose, ...source } = createSshComputers({ ...options, runtime, logger });
    return { contributes: { computer: [source] }, dispose };
  },
});
