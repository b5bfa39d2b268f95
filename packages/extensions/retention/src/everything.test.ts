import type { StoreFixture } from '@dispatch/conformance';
import { fakeExtensionContext, memoryJobs, virtualRuntime } from '@dispatch/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { postgresStore } from '../../../../test/postgres-store.ts';
import extension from './index.ts';

let fixture: StoreFixture;
let sql: ReturnType<typeof connectTo>;
beforeAll(async () => {
  const url = await freshDatabaseUrl();
  fixture = await postgresStore(url);
  sql = connectTo({ url });
});
afterAll(async () => {
  await sql.end();
  await fixture.dispose?.();
});

const text = (words: string) =>
  ({ role: 'user', json: JSON.stringify({ type: 'text', text: words }) }) as const;
const runtime = virtualRuntime();

/** How many rows name the conversation in whatever column, by table; tables without any are left out. */
async function rowsThatName(conversationId: string): Promise<Record<string, number>> {
  const tables = await sql.unsafe<{ name: string }[]>(
    `select table_name as name from information_schema.tables where table_schema = 'dispatch'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ count: number }[]>(
      `select count(*)::int as count from dispatch."${name}" one where one::text like $1`,
      [`%${conversationId}%`],
    );
    if (row !== undefined && row.count > 0) counts[name] = row.count;
  }
  return counts;
}

let filled = 0;

/** A conversation that has left a row wherever one can be left. */
async function fill(conversationId: string): Promise<void> {
  const { store, records, blobs } = fixture;
  const at = runtime.wallNow();
  const turnId = `turn-of-${conversationId}`;
  const lease = { conversationId, turnId, epoch: 1 };
  // Another's, whose name says nothing of this one.
  filled += 1;
  const [other, blobId] = [`other-${filled}`, `blob-${filled}`];
  const bytes = new Uint8Array([1]);
  await blobs.put({ blobId, mediaType: 'text/plain', bytes, at });
  await store.enqueue({
    ...{ conversationId: other, create: {}, queueId: 'q', messageJson: '"s"', blobIds: [blobId] },
    ...{ chunks: [text('s')], limit: 100, at },
  });
  await store.startTurn({
    blobIds: [blobId],
    ...{ conversationId, turnId, create: {}, settings: {}, model: 'm', origin: 'user' },
    ...{ chunks: [text('hi')], owner: 'host', leaseMs: 600_000, at, idempotencyKey: 'k' },
  });
  await store.enqueue({
    ...{ conversationId, queueId: `queued-in-${conversationId}`, messageJson: '"and"' },
    ...{ chunks: [text('and')], idempotencyKey: 'q', limit: 100, at },
  });
  await store.commitStep({
    ...{ lease, stepIndex: 0, chunks: [text('there')], eventNumber: 5, leaseMs: 600_000, at },
    metrics: { stepId: `${turnId}#0`, finishReason: 'tool-calls', toolCalls: 1 },
  });
  await store.commitSteering(lease, at, 6);
  const stepId = `${turnId}#1`;
  await store.recordResponse(lease, stepId, '{}');
  await store.recordCallStart(lease, stepId, 'call-1');
  await store.recordToolStep(lease, stepId, 'call-1', 'first', '{}');
  await records.write({ namespace: 'n', key: conversationId, json: '{}', conversationId });
  await blobs.put({ blobId: conversationId, conversationId, mediaType: 'text/plain', bytes, at });
}

test('with a conversation goes everything of it', async () => {
  const { store } = fixture;
  await fill('a-running-one');
  await fill('another-one');
  await store.measureConversations(1000);
  expect(Object.keys(await rowsThatName('a-running-one')).sort()).toEqual([
    'blob_shares',
    'blobs',
    'chunks',
    'conversation_sizes',
    'conversations',
    'idempotency_keys',
    'ledger',
    'queue',
    'records',
    'steps',
    'turns',
  ]);
  const before = await rowsThatName('another-one');
  await store.deleteConversation('a-running-one');
  expect(await rowsThatName('a-running-one')).toEqual({});
  expect(await rowsThatName('another-one')).toEqual(before);
});

test('so it does when its time is over', async () => {
  const { store, blobs } = fixture;
  const conversationId = 'an-old-one';
  await fill(conversationId);
  const lease = { conversationId, turnId: `turn-of-${conversationId}`, epoch: 1 };
  const end = { finishReason: 'stop', durationMs: 1 } as const;
  await store.sealTurn({ lease, chunks: [], eventNumber: 9, end, at: runtime.wallNow() });
  const context = fakeExtensionContext({ runtime });
  const { jobs } = memoryJobs({ runtime, logger: context.logger }).join();
  const gone = Promise.withResolvers<number>();
  const conversations = {
    async removeIdle(time: number, limit: number) {
      const removed = await store.deleteIdleConversations(time, limit);
      gone.resolve(removed.length);
      return removed.length;
    },
  };
  expect(Object.keys(await rowsThatName(conversationId)).length).toBeGreaterThan(5);
  await runtime.advance(86_400_000);
  const needed = { jobs, conversations, store, blobs, sink: [] };
  await extension.setup(context, needed, { conversationsDays: 1 });
  await runtime.advance(3_600_000);
  expect(await gone.promise).toBe(1);
  expect(await rowsThatName(conversationId)).toEqual({});
});
