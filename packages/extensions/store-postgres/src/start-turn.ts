import type { StartTurnRecord, StartTurnResult } from '@dispatch/contracts';
import { adoptBlobs } from './blob-owners.ts';
import { chunkParameters, insertChunks } from './chunks.ts';
import { isUniqueViolation } from './database-error.ts';
import type { Parameter, Queries, Query } from './queries.ts';
import { readTakenMessages, takeMessages } from './queued-messages.ts';
import { conversationNotFound } from './refusals.ts';
import { encodeText } from './text.ts';

const leaseEnd = `clock_timestamp() + $9::float8 * interval '1 millisecond'`;
const isKeyNew = `not exists (select 1 from dispatch.idempotency_keys
    where conversation_id = $1 and kind = 'turn' and key = $10)`;
const begin = `turn_id = $2, is_running = true, owner = $8, epoch = 1, attempts = 0, steps = 0,
    event_number = 0, is_abort_requested = false, lease_until = ${leaseEnd}, turn_count = c.turn_count + 1,
    last_seq = c.last_seq + $4::int, updated_at = greatest(c.updated_at, $3::bigint)`;

/** Where messages wait, `$11` keeps a start that takes them off: it needs the row's lock first. */
const mayBegin = `not c.is_running and not ($11::bool and c.queue_count > 0)`;

const update = `update dispatch.conversations c set ${begin}
  where c.id = $1 and ${mayBegin} and ${isKeyNew}`;

const upsert = `insert into dispatch.conversations as c (id, created_at, updated_at, last_seq, turn_count,
    turn_id, is_running, owner, epoch, lease_until, attempts, steps, event_number,
    details, workspace_id, parent_id)
  select $1, $3::bigint, $3::bigint, $4::int, 1, $2, true, $8, 1, ${leaseEnd}, 0, 0, 0, $12, $13, $14
  where ${isKeyNew}
  on conflict (id) do update set ${begin} where ${mayBegin}`;

function startStatement(write: string): string {
  return `with conversation as (
  ${write} returning c.last_seq, c.turn_count
), new_turn as (
  insert into dispatch.turns
    (conversation_id, turn_id, position, details, previous_seq, message_seq, started_at)
  select $1, $2, turn_count, $7, last_seq - $4::int, last_seq, $3::bigint from conversation
), new_chunks as (
  ${insertChunks({ from: 'conversation', count: '$4', roles: '$5', jsons: '$6', at: '$3::bigint' })}
), new_key as (
  insert into dispatch.idempotency_keys (conversation_id, kind, key, id, position, created_at)
  select $1, 'turn', $10, $2, 0, $3::bigint from conversation where $10::text is not null
)
select last_seq as "lastSeq" from conversation`;
}

const startKnown = startStatement(update);
const startAny = startStatement(upsert);

const lockHead = `select is_running as "isRunning", turn_id as "turnId", owner, epoch
from dispatch.conversations where id = $1 for update`;
const findTurn = `select previous_seq as "previousSeq", message_seq as "messageSeq", end_json is null as "isRunning"
from dispatch.turns where conversation_id = $1 and turn_id = $2`;
const findKey = `select id from dispatch.idempotency_keys
where conversation_id = $1 and kind = 'turn' and key = $2`;

interface Head {
  readonly isRunning: boolean;
  readonly turnId: string | null;
  readonly owner: string | null;
  readonly epoch: number | null;
}

/** One round trip where nothing stands in the way; under the row's lock where something does. */
export function startTurn(queries: Queries, start: StartTurnRecord): Promise<StartTurnResult> {
  return queries.call(async () => {
    const isMessage = start.chunks.length > 0 || start.takeQueue !== true;
    for (;;) {
      const started = isMessage ? await begunAtOnce(queries, start) : undefined;
      const result =
        started ?? (await queries.transaction((query) => settleUnderLock(query, start)));
      if (result !== 'again') return result;
    }
  });
}

async function begunAtOnce(
  queries: Queries,
  start: StartTurnRecord,
): Promise<StartTurnResult | undefined> {
  const begin = (query: Query) =>
    write(query, start, start.create === undefined ? startKnown : startAny);
  try {
    return await (hasBlobs(start) ? queries.transaction(begin) : begin(queries.query));
  } catch (error) {
    // The turn or the key was there before: under the lock it is seen which.
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

async function write(
  query: Query,
  start: StartTurnRecord,
  statement: string,
): Promise<StartTurnResult | undefined> {
  const { turnId, chunks, model, settings, origin, idempotencyKey, create, at } = start;
  const parameters: Parameter[] = [
    ...[start.conversationId, turnId, at],
    ...chunkParameters(chunks),
    JSON.stringify({ model, settings, origin }),
    ...[start.owner, start.leaseMs],
    idempotencyKey === undefined ? null : encodeText(idempotencyKey),
    start.takeQueue === true,
  ];
  if (statement === startAny && create !== undefined) {
    const { parentId = null, ...details } = create;
    const { workspaceId } = create;
    parameters.push(JSON.stringify(details));
    parameters.push(workspaceId === undefined ? null : encodeText(workspaceId), parentId);
  }
  const [row] = await query<{ lastSeq: number }>(statement, parameters);
  if (row === undefined) return undefined;
  if (hasBlobs(start)) await adoptBlobs(query, start.conversationId, start.blobIds);
  const { lastSeq } = row;
  return { outcome: 'started', epoch: 1, previousSeq: lastSeq - chunks.length, lastSeq, taken: [] };
}

/** Their message takes a statement more, in a transaction. */
export function hasBlobs<T extends { readonly blobIds?: readonly string[] }>(
  record: T,
): record is T & { readonly blobIds: readonly string[] } {
  return record.blobIds !== undefined && record.blobIds.length > 0;
}

async function settleUnderLock(
  query: Query,
  start: StartTurnRecord,
): Promise<StartTurnResult | 'again'> {
  const { conversationId, turnId } = start;
  const [head] = await query<Head>(lockHead, [conversationId]);
  if (head === undefined) {
    if (start.create === undefined) throw conversationNotFound(conversationId);
    const isEmpty = start.takeQueue === true && start.chunks.length === 0;
    return isEmpty ? { outcome: 'nothing-queued' } : 'again';
  }
  const repeated = await answerRepetition(query, start, head);
  if (repeated !== undefined) return repeated;
  if (head.isRunning) return { outcome: 'busy', turnId: head.turnId ?? '' };
  if (start.takeQueue !== true) return 'again';

  const taken = await takeMessages(query, conversationId, turnId, 0);
  const chunks = [...start.chunks, ...taken.flatMap((message) => message.chunks)];
  if (chunks.length === 0) return { outcome: 'nothing-queued' };
  const started = await write(query, { ...start, chunks }, startKnown);
  // Under the lock nothing can stand in the way; were there something, the messages must not go.
  if (started?.outcome !== 'started') throw new Error('The turn could not begin under its lock.');
  return { ...started, taken };
}

/** What a call whose answer was lost has started, or what its idempotency key stands for. */
async function answerRepetition(
  query: Query,
  start: StartTurnRecord,
  head: Head,
): Promise<StartTurnResult | undefined> {
  const { conversationId, turnId, owner, idempotencyKey } = start;
  const [turn] = await query<{ previousSeq: number; messageSeq: number; isRunning: boolean }>(
    findTurn,
    [conversationId, turnId],
  );
  if (turn !== undefined) {
    const isUntouched = turn.isRunning && head.epoch === 1 && head.owner === owner;
    if (!isUntouched) return { outcome: 'repeated', turnId };
    const { previousSeq, messageSeq: lastSeq } = turn;
    const taken = await readTakenMessages(query, conversationId, turnId, 0);
    return { outcome: 'started', epoch: 1, previousSeq, lastSeq, taken };
  }
  if (idempotencyKey === undefined) return undefined;
  const [entry] = await query<{ id: string }>(findKey, [
    conversationId,
    encodeText(idempotencyKey),
  ]);
  return entry === undefined ? undefined : { outcome: 'repeated', turnId: entry.id };
}
