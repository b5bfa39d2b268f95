import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { openBus } from './open-bus.ts';
import { parseOptions } from './options.ts';

/** The bus of all hosts on the database that the host is given, as an extension. */
export function createBusPostgres(): Extension {
  return defineExtension({
    name: '@dispatch/bus-postgres',
    version: '0.1.0',
    apiVersion,
    needs: ['database'],
    provides: ['bus'],
    parseOptions,
    async setup({ runtime, logger, needs, options }) {
      const { isPrivate } = needs.database;
      const database = options.url === undefined ? needs.database : { url: options.url, isPrivate };
      const { bus, close } = openBus({ database, runtime, logger });
      return { contributes: { bus }, dispose: close };
    },
  });
}
