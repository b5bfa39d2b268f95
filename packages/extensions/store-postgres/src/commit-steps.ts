import { type CommitResult, type CommitStepRecord, checkStepChunks } from '@dispatch/contracts';
import { createBatches } from './batches.ts';
import { chunkArrays, insertChunksOfMany } from './chunks.ts';
import { commitStep } from './commit-step.ts';
import type { Queries } from './queries.ts';
import { arrayLiteral } from './text.ts';

/** The statement of `commitStep` for several conversations. One whose row is locked is left out: it would hold up the rest. */
const commitMany = `with input as (
  select * from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::int[], $7::bigint[],
    $8::float8[], $9::text[], $10::text[]) with ordinality
    as i (id, turn_id, epoch, step_index, at, count, event_number, lease_ms, metrics, end_json, n)
), free as materialized (
  select id from dispatch.conversations where id = any ($1::text[]) for no key update skip locked
), conversation as (
  update dispatch.conversations c set
    last_seq = c.last_seq + i.count, updated_at = greatest(c.updated_at, i.at),
    steps = c.steps + 1, event_number = i.event_number, attempts = 0,
    lease_until = clock_timestamp() + i.lease_ms * interval '1 millisecond',
    is_running = i.end_json is null
  from input i join free using (id)
  where c.id = any ($1::text[]) and c.id = i.id
    and c.turn_id = i.turn_id and c.is_running and c.epoch = i.epoch and c.steps = i.step_index
  returning i.*, c.last_seq, c.queue_count, c.owner, c.steps
), new_chunks as (
  ${insertChunksOfMany(11)}
), new_step as (
  insert into dispatch.steps (conversation_id, turn_id, step_index, epoch, last_seq, metrics)
  select id, turn_id, step_index, epoch, last_seq, metrics from conversation
), old_ledger as (
  delete from dispatch.ledger using conversation where conversation_id = conversation.id
), sealed as (
  update dispatch.turns t set end_json = c.end_json, owner = c.owner, epoch = c.epoch, steps = c.steps,
    event_number = c.event_number, last_seq = c.last_seq
  from conversation c
  where c.end_json is not null and t.conversation_id = c.id and t.turn_id = c.turn_id
)
select id, last_seq as "lastSeq", queue_count > 0 as "hasQueued" from conversation`;

/** `commitStep`, in batches where many are made at once. */
export function createCommitStep(
  queries: Queries,
  maxAlone: number,
): (record: CommitStepRecord) => Promise<CommitResult> {
  const one = (record: CommitStepRecord) => commitStep(queries, record);
  const batched = createBatches({
    maxAlone,
    keyOf: ({ lease }: CommitStepRecord) => lease.conversationId,
    one,
    many: (records) => commitSteps(queries, records),
  });
  return async (record) => {
    checkStepChunks(record.chunks);
    const isPlain = record.records === undefined || record.records.length === 0;
    return isPlain ? batched(record) : one(record);
  };
}

async function commitSteps(
  { query }: Queries,
  records: readonly CommitStepRecord[],
): Promise<ReadonlyMap<string, CommitResult>> {
  const list = (of: (record: CommitStepRecord) => string | number | undefined) =>
    arrayLiteral(records.map((record) => of(record)?.toString()));
  const rows = await query<CommitResult & { readonly id: string }>(commitMany, [
    list(({ lease }) => lease.conversationId),
    list(({ lease }) => lease.turnId),
    list(({ lease }) => lease.epoch),
    list(({ stepIndex }) => stepIndex),
    list(({ at }) => at),
    list(({ chunks }) => chunks.length),
    list(({ eventNumber }) => eventNumber),
    list(({ leaseMs }) => leaseMs),
    list(({ metrics }) => JSON.stringify(metrics)),
    list(({ end }) => end && JSON.stringify(end)),
    ...chunkArrays(records.map(({ chunks }) => chunks)),
  ]);
  return new Map(rows.map(({ id, lastSeq, hasQueued }) => [id, { lastSeq, hasQueued }]));
}
