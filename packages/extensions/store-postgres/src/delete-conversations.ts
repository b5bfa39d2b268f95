import { handOverBlobs } from './blob-owners.ts';
import type { Queries, Query } from './queries.ts';
import { arrayLiteral } from './text.ts';

const removeHeads = `delete from dispatch.conversations where id = any ($1::text[]) returning 1`;
const tables = ['chunks', 'turns', 'steps', 'ledger', 'queue', 'idempotency_keys'] as const;
const removeRest = tables.map(
  (table) => `delete from dispatch.${table} where conversation_id = any ($1::text[])`,
);

const lockHeads = `select 1 from dispatch.conversations where id = any ($1::text[]) order by id for update`;

/** In a transaction. The rows go first: whoever writes to a conversation needs its lock, and finds it gone. */
export async function removeIn(query: Query, conversationIds: readonly string[]): Promise<number> {
  const ids = arrayLiteral(conversationIds);
  const [, , gone] = await Promise.all([
    query(lockHeads, [ids]),
    handOverBlobs(query, conversationIds),
    query(removeHeads, [ids]),
  ]);
  if (gone.length > 0) await Promise.all(removeRest.map((statement) => query(statement, [ids])));
  return gone.length;
}

export function deleteConversation(
  { transaction, call }: Queries,
  conversationId: string,
): Promise<boolean> {
  return call(() => transaction(async (query) => (await removeIn(query, [conversationId])) > 0));
}

/** Once locked, none of them can start a turn or be sent a message; who is doing so now is left alone. */
const lockIdle = `select id from dispatch.conversations
where not is_running and queue_count = 0 and updated_at < $1::bigint
order by updated_at, id limit $2::int for update skip locked`;

export function deleteIdleConversations(
  { transaction, call }: Queries,
  before: number,
  limit: number,
): Promise<readonly string[]> {
  return call(() =>
    transaction(async (query) => {
      const rows = await query<{ id: string }>(lockIdle, [before, limit]);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await removeIn(query, ids);
      return ids;
    }),
  );
}
