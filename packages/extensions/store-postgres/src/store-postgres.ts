import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { openStore } from './open-store.ts';
import { parseOptions } from './options.ts';

/** Store, records and blobs in the database that the host is given, as an extension. */
export function createStorePostgres(): Extension {
  return defineExtension({
    name: '@dispatch/store-postgres',
    version: '0.1.0',
    apiVersion,
    needs: ['database'],
    provides: ['store', 'records', 'blobs'],
    parseOptions,
    async setup({ runtime, needs, options }) {
      const { store, records, blobs, close } = await openStore({
        database: needs.database,
        runtime,
        maxConnections: options.maxConnections,
      });
      return { contributes: { store, records, blobs }, dispose: close };
    },
  });
}
