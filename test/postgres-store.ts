import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type StoreFixture, virtualRuntime } from '../packages/conformance/src/index.ts';
import type { Runtime } from '../packages/contracts/src/index.ts';
import { openStore } from '../packages/extensions/store-postgres/src/open-store.ts';
import { freshDatabaseUrl } from './fresh-database.ts';

/** Real time, for what waits on a real server; all else stays deterministic. */
export function realTimeRuntime(): Runtime {
  return {
    ...virtualRuntime(),
    // Processes are told apart by it, those of other tests too.
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    now: () => performance.now(),
    wallNow: () => Date.now(),
    sleep: async (ms, signal) => {
      await wait(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).catch(
        () => {},
      );
    },
  };
}

/** The store in a real PostgreSQL: on a database of its own, unless given one. */
export async function postgresStore(databaseUrl?: string): Promise<StoreFixture> {
  const url = databaseUrl ?? (await freshDatabaseUrl());
  const { close, ...opened } = await openStore({
    database: { url, isPrivate: false },
    runtime: realTimeRuntime(),
  });
  return { ...opened, advance: (ms) => wait(ms), dispose: close };
}
