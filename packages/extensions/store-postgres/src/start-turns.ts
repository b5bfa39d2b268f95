import type { StartTurnRecord, StartTurnResult } from '@dispatch/contracts';
import { createBatches } from './batches.ts';
import { chunkArrays, insertChunksOfMany } from './chunks.ts';
import type { Queries } from './queries.ts';
import { hasBlobs, startTurn } from './start-turn.ts';
import { arrayLiteral, encodeText } from './text.ts';

const leaseEnd = `clock_timestamp() + i.lease_ms * interval '1 millisecond'`;

/** The statement of `startTurn` for several conversations. One that something stands in the way of is left out. */
const startMany = `with input as (
  select * from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::float8[],
    $8::text[], $9::text[], $10::text[], $11::text[]) with ordinality
    as i (id, turn_id, at, count, turn_details, owner, lease_ms, key, details, workspace_id, parent_id, n)
  where not exists (select 1 from dispatch.idempotency_keys k
    where k.conversation_id = i.id and k.kind = 'turn' and k.key = i.key)
), free as materialized (
  select id from dispatch.conversations
  where id = any ($1::text[]) and not is_running for no key update skip locked
), old as (
  update dispatch.conversations c set turn_id = i.turn_id, is_running = true, owner = i.owner, epoch = 1,
    attempts = 0, steps = 0, event_number = 0, is_abort_requested = false, lease_until = ${leaseEnd},
    turn_count = c.turn_count + 1, last_seq = c.last_seq + i.count, updated_at = greatest(c.updated_at, i.at)
  from input i join free using (id) where c.id = any ($1::text[]) and c.id = i.id
  returning c.id, c.last_seq, c.turn_count
), new as (
  insert into dispatch.conversations (id, created_at, updated_at, last_seq, turn_count, turn_id, is_running,
    owner, epoch, lease_until, attempts, steps, event_number, details, workspace_id, parent_id)
  select id, at, at, count, 1, turn_id, true, owner, 1, ${leaseEnd}, 0, 0, 0, details, workspace_id, parent_id
  from input i where details is not null
    and not exists (select 1 from dispatch.conversations c where c.id = i.id)
  order by id on conflict (id) do nothing returning id, last_seq, turn_count
), conversation as (
  select * from input join (select * from old union all select * from new) as begun using (id)
), new_turn as (
  insert into dispatch.turns
    (conversation_id, turn_id, position, details, previous_seq, message_seq, started_at)
  select id, turn_id, turn_count, turn_details, last_seq - count, last_seq, at from conversation
), new_chunks as (
  ${insertChunksOfMany(12)}
), new_key as (
  insert into dispatch.idempotency_keys (conversation_id, kind, key, id, position, created_at)
  select id, 'turn', key, turn_id, 0, at from conversation where key is not null
)
select id, last_seq as "lastSeq" from conversation`;

/** `startTurn`, in batches where many are made at once. */
export function createStartTurn(
  queries: Queries,
  maxAlone: number,
): (start: StartTurnRecord) => Promise<StartTurnResult> {
  const batched = createBatches({
    maxAlone,
    keyOf: ({ conversationId }: StartTurnRecord) => conversationId,
    one: (start) => startTurn(queries, start),
    many: (starts) => startTurns(queries, starts),
  });
  return (start) =>
    start.takeQueue === true || hasBlobs(start) ? startTurn(queries, start) : batched(start);
}

async function startTurns(
  { query }: Queries,
  starts: readonly StartTurnRecord[],
): Promise<ReadonlyMap<string, StartTurnResult>> {
  const list = (of: (start: StartTurnRecord) => string | number | undefined) =>
    arrayLiteral(starts.map((start) => of(start)?.toString()));
  const encoded = (text: string | undefined) => (text === undefined ? undefined : encodeText(text));
  const rows = await query<{ id: string; lastSeq: number }>(startMany, [
    list(({ conversationId }) => conversationId),
    list(({ turnId }) => turnId),
    list(({ at }) => at),
    list(({ chunks }) => chunks.length),
    list(({ model, settings, origin }) => JSON.stringify({ model, settings, origin })),
    list(({ owner }) => owner),
    list(({ leaseMs }) => leaseMs),
    list(({ idempotencyKey }) => encoded(idempotencyKey)),
    list(({ create }) => detailsOf(create)),
    list(({ create }) => encoded(create?.workspaceId)),
    list(({ create }) => create?.parentId),
    ...chunkArrays(starts.map(({ chunks }) => chunks.map(({ role, json }) => ({ role, json })))),
  ]);
  const counts = new Map(
    starts.map(({ conversationId, chunks }) => [conversationId, chunks.length]),
  );
  return new Map(
    rows.map(({ id, lastSeq }) => {
      const previousSeq = lastSeq - (counts.get(id) ?? 0);
      return [id, { outcome: 'started', epoch: 1, previousSeq, lastSeq, taken: [] }];
    }),
  );
}

function detailsOf(create: StartTurnRecord['create']): string | undefined {
  if (create === undefined) return undefined;
  const { parentId: _, ...details } = create;
  return JSON.stringify(details);
}
