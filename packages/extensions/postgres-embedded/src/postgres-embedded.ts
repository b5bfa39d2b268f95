import { apiVersion, type Database, defineExtension, type Extension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { startPostgres } from './start-postgres.ts';

/** The private PostgreSQL of a data folder, as an extension. It is up when `setup` resolves. */
export function createPostgresEmbedded(): Extension {
  return defineExtension({
    name: '@dispatch/postgres-embedded',
    version: '0.1.0',
    apiVersion,
    provides: ['database'],
    parseOptions,
    async setup({ runtime, logger, options }) {
      const server = await startPostgres({
        dataDir: options.dataDir,
        sleep: (ms) => runtime.sleep(ms),
        onNotice: (message) => logger.info(message),
        onServerLine: (line) => logger.debug(line),
      });
      const database: Database = server.database;
      return { contributes: { database }, dispose: () => server.stop() };
    },
  });
}
