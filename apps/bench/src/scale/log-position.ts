import type postgres from 'postgres';

/** Bytes that were ever written to the write-ahead log of the server. */
export async function logPosition(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ at: number }[]>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as at`;
  return row?.at ?? Number.NaN;
}
