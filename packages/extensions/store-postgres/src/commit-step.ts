import type { CommitResult, CommitStepRecord } from '@dispatch/contracts';
import { callIdParameter, chunkParameters, insertChunks } from './chunks.ts';
import { isUniqueViolation } from './database-error.ts';
import { isHeld } from './fence.ts';
import type { Parameter, Queries, Query } from './queries.ts';
import { writeRecordIn } from './records.ts';
import { invalidInput, staleEpoch } from './refusals.ts';
import { sealTurnRow } from './seal-turn.ts';

/**
 * One statement, one round trip. The update of the conversation's row is the fence: it finds the row
 * only where this turn runs under this epoch and expects this step, and all else hangs on it. That no
 * call's id comes twice is for an index to see.
 */
function commitStatement(isLast: boolean): string {
  return `with conversation as (
  update dispatch.conversations set
    last_seq = last_seq + $6::int, updated_at = greatest(updated_at, $5::bigint),
    steps = steps + 1, event_number = $9::bigint, attempts = 0,
    lease_until = clock_timestamp() + $10::float8 * interval '1 millisecond'${isLast ? ', is_running = false' : ''}
  where id = $1 and turn_id = $2 and is_running and epoch = $3::int and steps = $4::int
  returning last_seq, queue_count, owner, epoch, steps, event_number
), new_chunks as (
  ${insertChunks({ from: 'conversation', count: '$6', roles: '$7', jsons: '$8', at: '$5::bigint', callIds: '$12' })}
), new_step as (
  insert into dispatch.steps (conversation_id, turn_id, step_index, epoch, last_seq, metrics)
  select $1, $2, $4::int, $3::int, last_seq, $11 from conversation
), old_ledger as (
  delete from dispatch.ledger using conversation where conversation_id = $1
)${isLast ? `, sealed as (${sealTurnRow('$13')})` : ''}
select last_seq as "lastSeq", queue_count > 0 as "hasQueued" from conversation`;
}

const commit = commitStatement(false);
const commitLast = commitStatement(true);

const readCommitted = `select s.last_seq as "lastSeq", c.queue_count > 0 as "hasQueued"
from dispatch.steps s join dispatch.conversations c on c.id = s.conversation_id
where s.conversation_id = $1 and s.turn_id = $2 and s.step_index = $3::int and s.epoch = $4::int`;

/** The step's chunks are checked. */
export function commitStep(queries: Queries, record: CommitStepRecord): Promise<CommitResult> {
  const records = record.records ?? [];
  if (records.length === 0) return queries.call(() => commitIn(queries.query, record));
  return queries.call(() =>
    queries.transaction(async (query) => {
      const result = await commitIn(query, record);
      for (const write of records) await writeRecordIn(query, write);
      return result;
    }),
  );
}

async function commitIn(query: Query, record: CommitStepRecord): Promise<CommitResult> {
  const { lease, stepIndex, chunks, metrics, eventNumber, end, leaseMs, at } = record;
  const parameters: Parameter[] = [
    ...[lease.conversationId, lease.turnId, lease.epoch, stepIndex, at],
    ...chunkParameters(chunks),
    ...[eventNumber, leaseMs, JSON.stringify(metrics), callIdParameter(chunks)],
  ];
  if (end !== undefined) parameters.push(JSON.stringify(end));
  const statement = end === undefined ? commit : commitLast;
  try {
    const [result] = await query<CommitResult>(statement, parameters);
    return result ?? explainRefusal(query, record);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw invalidInput('The conversation has had a call with the id of one of these already.');
  }
}

/** Written before, by a call whose answer was lost: the same answer. Else: refused, and why. */
async function explainRefusal(query: Query, record: CommitStepRecord): Promise<CommitResult> {
  const { conversationId, turnId, epoch } = record.lease;
  const [known] = await query<CommitResult>(readCommitted, [
    conversationId,
    turnId,
    record.stepIndex,
    epoch,
  ]);
  if (known !== undefined) return known;
  if (!(await isHeld(query, [conversationId, turnId, epoch]))) throw staleEpoch(turnId);
  throw invalidInput("`stepIndex` is not the turn's next.");
}
