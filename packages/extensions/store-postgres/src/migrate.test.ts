import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { migrations } from './migrations.ts';
import { openStore } from './open-store.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'migrations');
const open = (url: string) =>
  openStore({
    database: { url, isPrivate: false },
    runtime: realTimeRuntime(),
    maxConnections: 2,
  });

describe('migrations', () => {
  it('are carried as code, word for word', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    expect(migrations).toEqual(
      files.sort().map((file) => ({
        name: file.slice(0, -4),
        sql: readFileSync(join(folder, file), 'utf8'),
      })),
    );
  });

  it('lead to the schema as it is written down', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'dispatch-migrations-'));
    cpSync(folder, copy, { recursive: true });
    const kit = join(root, 'node_modules', '.bin', 'drizzle-kit');
    const args = ['generate', '--dialect=postgresql', '--schema=src/schema.ts', `--out=${copy}`];
    await promisify(execFile)(kit, args, { cwd: root });
    expect(readdirSync(copy)).toEqual(readdirSync(folder));
    rmSync(copy, { recursive: true });
  });

  it('run once, though twenty hosts start at the same time', async () => {
    const url = await freshDatabaseUrl();
    const stores = await Promise.all(Array.from({ length: 20 }, () => open(url)));
    const sql = connectTo({ url });
    const versions = await sql`select version from dispatch.migrations order by version`;
    expect(versions.map((row) => row.version)).toEqual(migrations.map((_, index) => index + 1));
    const [held] =
      await sql`select count(*) as locks from pg_locks join pg_database d on d.oid = database
      where locktype = 'advisory' and d.datname = current_database()`;
    expect(held).toEqual({ locks: 0 });
    await stores[0]?.store.ping();
    await Promise.all([...stores.map((store) => store.close()), sql.end()]);
  });

  it('keep what a turn had under way in a database of the version before', async () => {
    const url = await freshDatabaseUrl();
    const sql = connectTo({ url });
    await sql.unsafe(`create schema dispatch; create table dispatch.migrations
      (version integer primary key, name text not null, at timestamptz not null default now())`);
    for (const [index, migration] of migrations.slice(0, 2).entries()) {
      await sql.unsafe(migration.sql);
      await sql`insert into dispatch.migrations (version, name) values (${index + 1}, 'old')`;
    }
    await sql.unsafe(`insert into dispatch.conversations (id, details, created_at, updated_at, last_seq,
        turn_count, turn_id, is_running, owner, epoch, lease_until, attempts, steps, event_number)
      values ('c', '{}', 1, 1, 1, 1, 't', true, 'host-a', 1, now(), 0, 0, 0)`);
    await sql.unsafe(`insert into dispatch.turns (conversation_id, turn_id, position, details,
        previous_seq, message_seq, started_at)
      values ('c', 't', 1, '{"model":"m","settings":{},"origin":"user"}', 0, 1, 1)`);
    await sql.unsafe(`insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json)
      values ('c', 1, 't', 'user', 1, '{}')`);
    await sql.unsafe(`insert into dispatch.ledger (conversation_id, call_id, json)
      values ('c', '', '"response"'), ('c', 'call', null)`);
    await sql.end();

    const { store, close } = await open(url);
    const claim = { owner: 'host-b', leaseMs: 1000, includeOwn: false, limit: 10 };
    expect(await store.claimTurns(claim)).toMatchObject([
      { turnId: 't', responseJson: '"response"', calls: [{ callId: 'call' }] },
    ]);
    expect(await store.inspectConversation('c')).toMatchObject({ chunks: [{ seq: 1 }] });
    await close();
  });

  it('are refused by a host that is older than the database', async () => {
    const url = await freshDatabaseUrl();
    await (await open(url)).close();
    const sql = connectTo({ url });
    await sql`insert into dispatch.migrations (version, name) values (999, 'of tomorrow')`;
    await sql.end();
    await expect(open(url)).rejects.toMatchObject({ code: 'store-newer' });
  });
});
