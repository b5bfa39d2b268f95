import type { ForkConversation } from '@dispatch/contracts';
import { ownBlobs, shareBlobs } from './blob-owners.ts';
import type { Queries, Query } from './queries.ts';
import { conversationNotFound, invalidInput } from './refusals.ts';
import { hasBlobs } from './start-turn.ts';

/** One statement, one view: chunks that are committed meanwhile are beyond the seq that it saw. */
const fork = `with source as (
  select workspace_id, details, coalesce($3::int, last_seq) as last_seq
  from dispatch.conversations where id = $1 and coalesce($3::int, last_seq) between 0 and last_seq
), copy as (
  insert into dispatch.conversations (id, workspace_id, details, created_at, updated_at, last_seq)
  select $2, workspace_id, details, $4::bigint, $4::bigint, last_seq from source
  on conflict (id) do nothing returning last_seq
), new_chunks as (
  insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json, call_id)
  select $2, chunks.seq, chunks.turn_id, chunks.role, chunks.created_at, chunks.json, chunks.call_id
  from copy, dispatch.chunks where chunks.conversation_id = $1 and chunks.seq <= copy.last_seq
)
select last_seq as "lastSeq" from copy`;

const readLastSeq = `select last_seq as "lastSeq" from dispatch.conversations where id = $1`;

interface Row {
  readonly lastSeq: number;
}

/** So that blobs which the chunks name can not go meanwhile. */
const lockSource = `select 1 from dispatch.conversations where id = $1 for key share`;

export function forkConversation(
  { query, transaction, call }: Queries,
  request: ForkConversation,
): Promise<{ readonly lastSeq: number }> {
  const { conversationId, newConversationId, atSeq, at } = request;
  const parameters = [conversationId, newConversationId, atSeq ?? null, at];
  return call(async (attempt) => {
    const [made] = hasBlobs(request)
      ? await transaction(async (query) => {
          const [, rows, taken] = await Promise.all([
            query(lockSource, [conversationId]),
            query<Row>(fork, parameters),
            ownBlobs(query, conversationId, request.blobIds),
          ]);
          if (rows.length > 0) await shareBlobs(query, newConversationId, taken);
          return rows;
        })
      : await query<Row>(fork, parameters);
    return made ?? explainRefusal(query, request, attempt);
  });
}

async function explainRefusal(
  query: Query,
  { conversationId, newConversationId }: ForkConversation,
  attempt: number,
): Promise<Row> {
  const [source] = await query<Row>(readLastSeq, [conversationId]);
  if (source === undefined) throw conversationNotFound(conversationId);
  const [copy] = await query<Row>(readLastSeq, [newConversationId]);
  // Made by an attempt whose answer was lost.
  if (copy !== undefined && attempt > 1) return copy;
  if (copy !== undefined) {
    throw invalidInput(`The conversation ${newConversationId} exists already.`);
  }
  throw invalidInput(`\`atSeq\` is beyond the last chunk (${source.lastSeq}).`);
}
