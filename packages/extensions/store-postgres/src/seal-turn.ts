import type { CommitResult, SealTurnRecord } from '@dispatch/contracts';
import { chunkParameters, insertChunks } from './chunks.ts';
import type { Queries, Query } from './queries.ts';
import { staleEpoch } from './refusals.ts';

/** Copies the running turn's state, as `conversation` returned it, to the row that stays. */
export function sealTurnRow(end: string): string {
  return `update dispatch.turns t set end_json = ${end}, owner = conversation.owner,
    epoch = conversation.epoch, steps = conversation.steps,
    event_number = conversation.event_number, last_seq = conversation.last_seq
  from conversation where t.conversation_id = $1 and t.turn_id = $2`;
}

const seal = `with conversation as (
  update dispatch.conversations set
    last_seq = last_seq + $5::int, updated_at = greatest(updated_at, $4::bigint),
    event_number = $8::bigint, is_running = false
  where id = $1 and turn_id = $2 and is_running and epoch = $3::int
  returning last_seq, queue_count, owner, epoch, steps, event_number
), new_chunks as (
  ${insertChunks({ from: 'conversation', count: '$5', roles: '$6', jsons: '$7', at: '$4::bigint' })}
), old_ledger as (
  delete from dispatch.ledger using conversation where conversation_id = $1
), sealed as (${sealTurnRow('$9')})
select last_seq as "lastSeq", queue_count > 0 as "hasQueued" from conversation`;

const readSealed = `select t.last_seq as "lastSeq", c.queue_count > 0 as "hasQueued"
from dispatch.turns t join dispatch.conversations c on c.id = t.conversation_id
where t.conversation_id = $1 and t.turn_id = $2 and t.epoch = $3::int and t.end_json = $4`;

export function sealTurn(queries: Queries, record: SealTurnRecord): Promise<CommitResult> {
  return queries.call(() => sealIn(queries.query, record));
}

async function sealIn(query: Query, record: SealTurnRecord): Promise<CommitResult> {
  const { lease, chunks, eventNumber, end, at } = record;
  const { conversationId, turnId, epoch } = lease;
  const endJson = JSON.stringify(end);
  const [sealed] = await query<CommitResult>(seal, [
    ...[conversationId, turnId, epoch, at],
    ...chunkParameters(chunks),
    ...[eventNumber, endJson],
  ]);
  if (sealed !== undefined) return sealed;
  // Sealed before, by a call whose answer was lost: the same answer.
  const [known] = await query<CommitResult>(readSealed, [conversationId, turnId, epoch, endJson]);
  if (known === undefined) throw staleEpoch(turnId);
  return known;
}
