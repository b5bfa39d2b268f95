import { expect, test } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { openStore } from './open-store.ts';

const open = (url: string, isReadOnly = false) =>
  openStore({ database: { url, isPrivate: false }, runtime: realTimeRuntime(), isReadOnly });

async function messageTo(opened: Awaited<ReturnType<typeof open>>, conversationId: string) {
  await opened.store.enqueue({
    conversationId,
    queueId: `${conversationId}-q`,
    create: {},
    messageJson: '"hello"',
    chunks: [{ role: 'user', json: '{"type":"text","text":"hello"}' }],
    limit: 100,
    at: 1,
  });
}

test('a store that is only read is not made, not changed, and is not what it is not', async () => {
  const url = await freshDatabaseUrl();
  await expect(open(url, true)).rejects.toMatchObject({
    code: 'store-older',
    message: 'The database holds no store of Dispatch.',
  });
  const sql = connectTo({ url });
  expect(await sql`select 1 from pg_namespace where nspname = 'dispatch'`).toEqual([]);
  await (await open(url)).close();

  const reading = await open(url, true);
  await expect(messageTo(reading, 'c')).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(await reading.store.listConversationIds(10)).toEqual([]);
  await reading.close();

  await sql`delete from dispatch.migrations where version = (select max(version) from dispatch.migrations)`;
  await expect(open(url, true)).rejects.toMatchObject({ code: 'store-older' });
  await sql`insert into dispatch.migrations (version, name) values (999, 'of tomorrow')`;
  await expect(open(url, true)).rejects.toMatchObject({ code: 'store-newer' });
  await sql.end();
});

test('rows of conversations that are gone, and wrong counters, are found over many pages', async () => {
  const url = await freshDatabaseUrl();
  const opened = await open(url);
  const sql = connectTo({ url });
  const ids = Array.from({ length: 1201 }, (_, i) => `c${String(i).padStart(4, '0')}`);
  for (let at = 0; at < ids.length; at += 100) {
    await Promise.all(ids.slice(at, at + 100).map((id) => messageTo(opened, id)));
  }
  const { rowChecks } = opened;
  expect(await Array.fromAsync(rowChecks.findStrayRows())).toEqual([]);
  expect(await rowChecks.findWrongCounters(ids.slice(0, 1000))).toEqual([]);

  await sql`delete from dispatch.conversations where id in ('c0000', 'c0700', 'c1200')`;
  await sql`insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json)
    values ('gone', 1, 't', 'user', 1, '{}'), ('gone', 2, 't', 'user', 1, '{}')`;
  expect(await Array.fromAsync(rowChecks.findStrayRows())).toEqual([
    { table: 'chunks', conversationId: 'gone' },
    ...['c0000', 'c0700', 'c1200'].map((conversationId) => ({ table: 'queue', conversationId })),
  ]);

  await sql`update dispatch.conversations set queue_count = 0, turn_count = 1, turn_id = 't' where id = 'c0001'`;
  expect(await rowChecks.findWrongCounters(['c0001', 'c0002', 'nobody'])).toEqual([
    { conversationId: 'c0001', counter: 'queue_count', kept: '0', counted: '1' },
    { conversationId: 'c0001', counter: 'turn_count', kept: '1', counted: '0' },
    { conversationId: 'c0001', counter: 'turn_id', kept: 't', counted: 'null' },
  ]);
  await sql.end();
  await opened.close();
});
