import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { keepRunning } from './keep-running.ts';
import { parseOptions } from './options.ts';

/** The private PostgreSQL of a data folder, as an extension. It is up when `setup` resolves. */
export function createPostgresEmbedded(): Extension {
  return defineExtension({
    name: '@dispatch/postgres-embedded',
    version: '0.1.0',
    apiVersion,
    provides: ['database'],
    parseOptions,
    async setup({ runtime, logger, options }) {
      const server = await keepRunning({ dataDir: options.dataDir }, runtime, logger);
      return { contributes: { database: server.database }, dispose: server.stop };
    },
  });
}
