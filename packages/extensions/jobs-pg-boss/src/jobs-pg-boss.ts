import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { openJobs } from './jobs.ts';
import { parseOptions } from './options.ts';

/** The contract `jobs` in the database that the host is given, as an extension. */
export function createJobsPgBoss(): Extension {
  return defineExtension({
    name: '@dispatch/jobs-pg-boss',
    version: '0.1.0',
    apiVersion,
    needs: ['database'],
    provides: ['jobs'],
    parseOptions,
    async setup({ runtime, logger, needs, options }) {
      const { jobs, close } = openJobs({ ...options, database: needs.database, runtime, logger });
      return { contributes: { jobs }, drain: close, dispose: close };
    },
  });
}
