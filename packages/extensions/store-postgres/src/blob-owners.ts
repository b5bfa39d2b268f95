import type { Query } from './queries.ts';
import { attachmentNotFound } from './refusals.ts';
import { arrayLiteral } from './text.ts';

/** Of a row of `blobs`: whether it is a conversation's, alone or with others. */
export function isOf(conversationId: string): string {
  return `(conversation_id = ${conversationId} or exists (select 1 from dispatch.blob_shares s
  where s.blob_id = blobs.id and s.conversation_id = ${conversationId}))`;
}

const take = `update dispatch.blobs set conversation_id = coalesce(conversation_id, $1)
where id = any ($2::text[]) returning conversation_id as owner`;
const lockOwners = `select 1 from dispatch.conversations where id = any ($1::text[])
order by id for key share`;
const share = `insert into dispatch.blob_shares (blob_id, conversation_id)
select id, $1 from dispatch.blobs where id = any ($2::text[]) and conversation_id <> $1
on conflict do nothing`;

/** Blobs that a message names go with its conversation. In the transaction of the message. */
export async function adoptBlobs(
  query: Query,
  conversationId: string,
  blobIds: readonly string[],
): Promise<void> {
  const unique = new Set(blobIds);
  const taken = await shareBlobs(query, conversationId, [...unique]);
  if (taken < unique.size) throw attachmentNotFound();
}

/**
 * Makes blobs a conversation's, too, in the transaction that makes or changes it; resolves with how
 * many of them are there. Their rows are locked first, then those of their other owners: who deletes
 * one does it the other way round, so of the two one waits, or is made again.
 */
export async function shareBlobs(
  query: Query,
  conversationId: string,
  blobIds: readonly string[],
): Promise<number> {
  const ids = arrayLiteral(blobIds);
  const taken = await query<{ owner: string }>(take, [conversationId, ids]);
  const others = new Set(taken.map(({ owner }) => owner));
  others.delete(conversationId);
  if (others.size > 0) {
    await Promise.all([
      query(lockOwners, [arrayLiteral([...others])]),
      query(share, [conversationId, ids]),
    ]);
  }
  return taken.length;
}

const findOwn = `select id from dispatch.blobs where id = any ($2::text[]) and ${isOf('$1')}`;

/** Those of the blobs that are a conversation's; others, and what is not there, are left out. */
export async function ownBlobs(
  query: Query,
  conversationId: string,
  blobIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await query<{ id: string }>(findOwn, [conversationId, arrayLiteral(blobIds)]);
  return rows.map(({ id }) => id);
}

const handOver = `with heir as materialized (
  select s.blob_id, c.id from dispatch.blobs b
  join dispatch.blob_shares s on s.blob_id = b.id
  join dispatch.conversations c on c.id = s.conversation_id
  where b.conversation_id = any ($1::text[]) and c.id <> all ($1::text[])
  for key share of c
), first as (
  select blob_id, min(id) as id from heir group by blob_id
), to_measure as (
  delete from dispatch.conversation_sizes where conversation_id in (select id from first)
)
update dispatch.blobs b set conversation_id = first.id from first where b.id = first.blob_id`;

/** What conversations that are about to go share with others becomes theirs. Under the lock of their rows. */
export async function handOverBlobs(
  query: Query,
  conversationIds: readonly string[],
): Promise<void> {
  await query(handOver, [arrayLiteral(conversationIds)]);
}
