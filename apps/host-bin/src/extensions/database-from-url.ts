import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { version } from '../version.ts';

/** Provides the PostgreSQL that `DATABASE_URL` names, in place of the embedded one. */
export function databaseFromUrl(url: string): Extension {
  return defineExtension({
    name: '@dispatch/host-bin/database',
    version,
    apiVersion,
    provides: ['database'],
    parseOptions: () => undefined,
    setup: async () => ({ contributes: { database: { url, isPrivate: false } } }),
  });
}
