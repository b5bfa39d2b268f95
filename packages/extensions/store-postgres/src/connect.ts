import type { Database } from '@dispatch/contracts';
import postgres from 'postgres';

export type Pool = ReturnType<typeof connect>;

/** Longer than any statement of ours takes: what exceeds it waits for a lock that nobody gives back. */
const statementTimeoutMs = 20_000;

/** A pool that opens connections when they are needed. Nothing is asked of the server yet. */
export function connect(database: Database, maxConnections: number, isReadOnly = false) {
  return postgres(database.url, {
    max: maxConnections,
    ...(database.socketPath === undefined ? {} : { path: database.socketPath, ssl: false }),
    connect_timeout: 5,
    // Our own retries pace themselves; a pool that waits longer and longer would not see the server come back.
    backoff: () => 0.05,
    // Our statements use no types that would have to be looked up.
    fetch_types: false,
    types: {
      bigint: { to: 20, from: [20], parse: Number, serialize: String },
    },
    onnotice: () => {},
    connection: {
      application_name: 'dispatch',
      statement_timeout: statementTimeoutMs,
      // A host that froze in mid-transaction gives its locks back.
      idle_in_transaction_session_timeout: statementTimeoutMs,
      ...(isReadOnly ? { default_transaction_read_only: true } : {}),
    },
  });
}
