import {
  CodedError,
  type EnqueueRecord,
  type EnqueueResult,
  type QueuedMessage,
} from '@dispatch/contracts';
import { adoptBlobs } from './blob-owners.ts';
import { assertConversation } from './chunks.ts';
import { isUniqueViolation } from './database-error.ts';
import type { Parameter, Queries, Query } from './queries.ts';
import { readWaitingMessages } from './queued-messages.ts';
import { conversationNotFound } from './refusals.ts';
import { hasBlobs } from './start-turn.ts';
import { encodeText } from './text.ts';

const isKeyNew = `not exists (select 1 from dispatch.idempotency_keys
    where conversation_id = $1 and kind = 'queue' and key = $6)`;
const add = `queue_count = c.queue_count + 1, queue_last = c.queue_last + 1,
    updated_at = greatest(c.updated_at, $5::bigint)`;

const update = `update dispatch.conversations c set ${add}
  where c.id = $1 and c.queue_count < $7::int and ${isKeyNew}`;
const upsert = `insert into dispatch.conversations as c
    (id, details, created_at, updated_at, queue_count, queue_last)
  select $1, $8, $5::bigint, $5::bigint, 1, 1 where $7::int > 0 and ${isKeyNew}
  on conflict (id) do update set ${add} where c.queue_count < $7::int`;

function enqueueStatement(write: string): string {
  return `with conversation as (
  ${write} returning c.queue_count, c.queue_last, c.is_running
), new_message as (
  insert into dispatch.queue
    (conversation_id, queue_id, position, number, message_json, chunks, created_at)
  select $1, $2, queue_count, queue_last, $3, $4, $5::bigint from conversation
), new_key as (
  insert into dispatch.idempotency_keys (conversation_id, kind, key, id, position, created_at)
  select $1, 'queue', $6, $2, queue_count, $5::bigint from conversation where $6::text is not null
)
select queue_count as position, not is_running as "isIdle" from conversation`;
}

const enqueueKnown = enqueueStatement(update);
const enqueueAny = enqueueStatement(upsert);

const readState = `select c.queue_count as "queueCount", not c.is_running as "isIdle",
  k.id as "keyId", k.position as "keyPosition", q.position as "ownPosition"
from dispatch.conversations c
left join dispatch.idempotency_keys k on k.conversation_id = c.id and k.kind = 'queue' and k.key = $2
left join dispatch.queue q on q.conversation_id = c.id and q.queue_id = $3
where c.id = $1`;

interface State {
  readonly queueCount: number;
  readonly isIdle: boolean;
  readonly keyId: string | null;
  readonly keyPosition: number | null;
  readonly ownPosition: number | null;
}

export function enqueue(queries: Queries, record: EnqueueRecord): Promise<EnqueueResult> {
  return queries.call(async () => {
    for (;;) {
      const result =
        (await writeOnce(queries, record)) ?? (await explainRefusal(queries.query, record));
      if (result !== 'again') return result;
    }
  });
}

async function writeOnce(
  queries: Queries,
  record: EnqueueRecord,
): Promise<EnqueueResult | undefined> {
  const add = (query: Query) => write(query, record);
  try {
    return await (hasBlobs(record) ? queries.transaction(add) : add(queries.query));
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

async function write(query: Query, record: EnqueueRecord): Promise<EnqueueResult | undefined> {
  const { conversationId, queueId, create } = record;
  const parameters: Parameter[] = [
    ...[conversationId, queueId, record.messageJson, JSON.stringify(record.chunks), record.at],
    ...[keyOf(record), record.limit],
  ];
  if (create !== undefined) parameters.push(JSON.stringify(create));
  const statement = create === undefined ? enqueueKnown : enqueueAny;
  const [row] = await query<Pick<EnqueueResult, 'position' | 'isIdle'>>(statement, parameters);
  if (row === undefined) return undefined;
  if (hasBlobs(record)) await adoptBlobs(query, conversationId, record.blobIds);
  return { queueId, ...row, isRepeated: false };
}

function keyOf({ idempotencyKey }: EnqueueRecord): string | null {
  return idempotencyKey === undefined ? null : encodeText(idempotencyKey);
}

async function explainRefusal(
  query: Query,
  record: EnqueueRecord,
): Promise<EnqueueResult | 'again'> {
  const { conversationId, queueId, limit } = record;
  const [state] = await query<State>(readState, [conversationId, keyOf(record), queueId]);
  if (state === undefined) {
    if (record.create !== undefined && limit > 0) return 'again';
    throw conversationNotFound(conversationId);
  }
  const { isIdle, keyId, keyPosition, ownPosition, queueCount } = state;
  if (keyId !== null) {
    const isRepeated = keyId !== queueId;
    return { queueId: keyId, position: keyPosition ?? 1, isRepeated, isIdle };
  }
  if (ownPosition !== null) return { queueId, position: ownPosition, isRepeated: false, isIdle };
  if (queueCount < limit) return 'again';
  throw new CodedError('queue-full', { message: `${queueCount} messages wait already.` });
}

export function listQueue(
  { query, call }: Queries,
  conversationId: string,
): Promise<readonly QueuedMessage[]> {
  return call(async () => {
    const messages = await readWaitingMessages(query, conversationId);
    if (messages.length === 0) await assertConversation({ query }, conversationId);
    return messages;
  });
}

const lock = `select 1 from dispatch.conversations where id = $1 for update`;
const remove = `with removed as (
  delete from dispatch.queue
  where conversation_id = $1 and queue_id = $2 and taken_turn_id is null returning 1
)
update dispatch.conversations set queue_count = queue_count - 1
where id = $1 and exists (select 1 from removed) returning 1`;

export function removeQueued(
  { transaction, call }: Queries,
  conversationId: string,
  queueId: string,
): Promise<boolean> {
  return call(() =>
    transaction(async (query) => {
      await query(lock, [conversationId]);
      const removed = await query(remove, [conversationId, queueId]);
      return removed.length > 0;
    }),
  );
}

const stranded = `select id from dispatch.conversations
where queue_count > 0 and not is_running order by id limit $1::int`;

export async function listStrandedQueues(
  { query, call }: Queries,
  limit: number,
): Promise<readonly string[]> {
  const rows = await call(() => query<{ id: string }>(stranded, [limit]));
  return rows.map((row) => row.id);
}

const dropKeys = `with dropped as (
  delete from dispatch.idempotency_keys where created_at < $1::bigint returning 1
) select count(*) as dropped from dropped`;

export async function dropIdempotencyKeys(
  { query, call }: Queries,
  before: number,
): Promise<number> {
  const [row] = await call(() => query<{ dropped: number }>(dropKeys, [before]));
  return row?.dropped ?? 0;
}
