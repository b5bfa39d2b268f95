import type { KeepConversations } from '@dispatch/contracts';
import { removeIn } from './delete-conversations.ts';
import type { Queries } from './queries.ts';
import { arrayLiteral } from './text.ts';

/**
 * Reads the new chunks of those that changed, and of large texts no more than their length. Their
 * rows are held against deletion alone, and only as long as it takes; one that is being deleted is
 * passed over. What is committed meanwhile is beyond the seq that is noted, and counted next time.
 */
const measure = `with page as materialized (
  select id from dispatch.conversations where id > $1 order by id limit $2::int
), changed as materialized (
  select c.id, c.updated_at, coalesce(s.last_seq, 0) as last_seq, coalesce(s.chunk_bytes, 0) as chunk_bytes
  from page join dispatch.conversations c using (id)
  left join dispatch.conversation_sizes s on s.conversation_id = c.id
  where s.updated_at is distinct from c.updated_at or s.last_seq is distinct from c.last_seq
  for key share of c skip locked
), counted as (
  select id, updated_at, coalesce(new.last_seq, changed.last_seq) as last_seq,
    changed.chunk_bytes + coalesce(new.bytes, 0) as chunk_bytes,
    coalesce((select sum(octet_length(json)) from dispatch.records where conversation_id = changed.id), 0)
    + coalesce((select sum(size) from dispatch.blobs where conversation_id = changed.id), 0) as other_bytes
  from changed left join lateral (
    select max(seq) as last_seq, sum(octet_length(json)) as bytes from dispatch.chunks
    where conversation_id = changed.id and seq > changed.last_seq
  ) new on true
), noted as (
  insert into dispatch.conversation_sizes (conversation_id, updated_at, last_seq, chunk_bytes, bytes)
  select id, updated_at, last_seq, chunk_bytes, chunk_bytes + other_bytes from counted
  on conflict (conversation_id) do update set updated_at = excluded.updated_at, last_seq = excluded.last_seq,
    chunk_bytes = excluded.chunk_bytes, bytes = excluded.bytes
)
select max(id) as "lastId" from page`;

export async function measureConversations(
  { query, call }: Queries,
  limit: number,
  afterId: string | undefined,
): Promise<string | undefined> {
  const [row] = await call(() => query<{ lastId: string | null }>(measure, [afterId ?? '', limit]));
  return row?.lastId ?? undefined;
}

const sized = `dispatch.conversations c left join dispatch.conversation_sizes s on s.conversation_id = c.id`;

/** Each with what is gone once all before it are. */
const findSurplus = `select id, updated_at as "updatedAt" from (
  select c.id, c.updated_at,
    count(*) over idlest as count_before, coalesce(sum(s.bytes) over idlest, 0) as bytes_before
  from ${sized} where not c.is_running and c.queue_count = 0
  window idlest as (order by c.updated_at, c.id rows between unbounded preceding and 1 preceding)
) idle, (select count(*) as count, coalesce(sum(s.bytes), 0) as bytes from ${sized}) total
where total.bytes - bytes_before > $1::bigint or total.count - count_before > $2::bigint
order by updated_at, id limit $3::int`;

/** Those of them in which nothing happened since. */
const lockSurplus = `select id from dispatch.conversations
where id = any ($1::text[]) and not is_running and queue_count = 0 and updated_at <= $2::bigint
order by updated_at, id for update skip locked`;

export function deleteSurplusConversations(
  { transaction, call }: Queries,
  { maxBytes, maxCount }: KeepConversations,
  limit: number,
): Promise<readonly string[]> {
  const bounds = [maxBytes, maxCount].map((most) => most ?? Number.MAX_SAFE_INTEGER);
  return call(() =>
    transaction(async (query) => {
      const found = await query<{ id: string; updatedAt: string }>(findSurplus, [...bounds, limit]);
      const last = found.at(-1);
      if (last === undefined) return [];
      const rows = await query<{ id: string }>(lockSurplus, [
        arrayLiteral(found.map(({ id }) => id)),
        last.updatedAt,
      ]);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await removeIn(query, ids);
      return ids;
    }),
  );
}
