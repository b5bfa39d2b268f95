import type { Blobs, Database, Records, Runtime, Store } from '@dispatch/contracts';
import { createBlobs } from './blobs.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';
import { createQueries } from './queries.ts';
import { createRecords } from './records.ts';
import { createStore } from './store.ts';

export interface OpenStoreOptions {
  readonly database: Database;
  readonly runtime: Runtime;
  /** 10 unless given. */
  readonly maxConnections?: number;
}

/** What stands on one pool of connections. */
export interface OpenedStore {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  /** Waits two seconds for what is under way, then closes. */
  close(): Promise<void>;
}

/** Opens the store of a database and brings its schema up to date. Rejects with coded errors. */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const pool = connect(options.database, options.maxConnections ?? 10);
  const queries = createQueries(pool, options.runtime);
  const close = () => pool.end({ timeout: 2 });
  try {
    await queries.call(() => migrate(pool));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    store: createStore(queries),
    records: createRecords(queries),
    blobs: createBlobs(queries),
    close,
  };
}
