import { CodedError } from '@dispatch/contracts';
import type { Pool } from './connect.ts';
import { codeOf, judge } from './database-error.ts';
import { migrations } from './migrations.ts';
import { inTransaction } from './transaction.ts';

/** Any constant: hosts that start at once wait for one another on it. */
const lockKey = 4_177_000_001;

const bookkeeping = `
create schema if not exists dispatch;
create table if not exists dispatch.migrations (
  version integer primary key,
  name text not null,
  at timestamptz not null default now()
)`;

/**
 * Brings the database to this version's schema. One query where it is there already. Any number of
 * hosts may do so at once. Rejects with `store-newer` where a newer host was here before.
 */
export async function migrate(pool: Pool): Promise<void> {
  const version = await readVersion(pool);
  if (version > migrations.length) throw newerDatabase(version);
  if (version === migrations.length) return;
  // All of them or none; the lock goes with the transaction, however it ends.
  await inTransaction(pool, async (connection) => {
    await connection.unsafe(
      `set local statement_timeout = 0; select pg_advisory_xact_lock(${lockKey})`,
    );
    await connection.unsafe(bookkeeping);
    await runFrom(connection, await readVersion(connection));
  });
}

/**
 * For a store that is only read: rejects with `store-newer`, or `store-older` where `migrate` would
 * have something to do.
 */
export async function requireSchema(pool: Pool): Promise<void> {
  const version = await readVersion(pool);
  if (version > migrations.length) throw newerDatabase(version);
  if (version < migrations.length) throw olderDatabase(version);
}

async function readVersion(sql: Pick<Pool, 'unsafe'>): Promise<number> {
  try {
    const [row] = await sql.unsafe<{ version: number }[]>(
      'select coalesce(max(version), 0) as version from dispatch.migrations',
    );
    return row?.version ?? 0;
  } catch (error) {
    // No such table, no such schema: an empty database.
    if (codeOf(error) === '42P01' || codeOf(error) === '3F000') return 0;
    throw error;
  }
}

async function runFrom(sql: Pick<Pool, 'unsafe'>, version: number): Promise<void> {
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    const { name } = migration;
    const record = `insert into dispatch.migrations (version, name) values (${index + 1}, '${name}')`;
    try {
      await sql.unsafe(`${migration.sql};\n${record}`);
    } catch (error) {
      if (judge(error) !== 'other') throw error;
      throw new CodedError('store-migration-failed', {
        message: `The database could not be brought to the schema "${name}".`,
        hint: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
  }
}

function newerDatabase(version: number): CodedError {
  return new CodedError('store-newer', {
    message: `The database has schema ${version}; this host knows ${migrations.length}.`,
    hint: 'A newer version of Dispatch was here before. Start that version, or newer.',
    details: { version, known: migrations.length },
  });
}

function olderDatabase(version: number): CodedError {
  const isEmpty = version === 0;
  return new CodedError('store-older', {
    message: isEmpty
      ? 'The database holds no store of Dispatch.'
      : `The database has schema ${version}; this version knows ${migrations.length}.`,
    hint: isEmpty
      ? 'Is it the right one? A host makes its store at its first start.'
      : 'A host of this version brings it up to date when it starts.',
    details: { version, known: migrations.length },
  });
}
