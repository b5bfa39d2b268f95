import type { Blobs, Database, Records, Runtime, Store } from '@dispatch/contracts';
import { createBlobs } from './blobs.ts';
import { connect } from './connect.ts';
import { migrate, requireSchema } from './migrate.ts';
import { createQueries } from './queries.ts';
import { createRecords } from './records.ts';
import { createRowChecks, type RowChecks } from './row-checks.ts';
import { createStore } from './store.ts';

export interface OpenStoreOptions {
  readonly database: Database;
  readonly runtime: Runtime;
  /** 10 unless given. */
  readonly maxConnections?: number;
  /** Nothing can be written, and the schema has to be there: `store-older` where it is not. */
  readonly isReadOnly?: boolean;
}

/** What stands on one pool of connections. */
export interface OpenedStore {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly rowChecks: RowChecks;
  /** Waits two seconds for what is under way, then closes. */
  close(): Promise<void>;
}

/** Opens the store of a database and brings its schema up to date. Rejects with coded errors. */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { database, maxConnections = 10, isReadOnly = false } = options;
  const pool = connect(database, maxConnections, isReadOnly);
  const queries = createQueries(pool, options.runtime);
  const close = () => pool.end({ timeout: 2 });
  try {
    await queries.call(() => (isReadOnly ? requireSchema(pool) : migrate(pool)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    store: createStore(queries, maxConnections),
    records: createRecords(queries),
    blobs: createBlobs(queries),
    rowChecks: createRowChecks(queries),
    close,
  };
}
