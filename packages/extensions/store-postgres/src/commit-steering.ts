import type { SteeringResult, TurnLease } from '@dispatch/contracts';
import { chunkParameters, insertChunks } from './chunks.ts';
import type { Queries, Query } from './queries.ts';
import { readTakenMessages, takeMessages } from './queued-messages.ts';
import { staleEpoch } from './refusals.ts';

const columns = `last_seq as "lastSeq", queue_count as "queueCount", event_number as "eventNumber"`;
const fence = `from dispatch.conversations
where id = $1 and turn_id = $2 and is_running and epoch = $3::int`;
const look = `select ${columns} ${fence}`;
const lock = `select ${columns} ${fence} for update`;

const append = `with conversation as (
  update dispatch.conversations set
    last_seq = last_seq + $4::int, updated_at = greatest(updated_at, $3::bigint),
    event_number = $7::bigint, attempts = 0
  where id = $1 and turn_id = $2 returning last_seq
), new_chunks as (
  ${insertChunks({ from: 'conversation', count: '$4', roles: '$5', jsons: '$6', at: '$3::bigint' })}
)
select last_seq as "lastSeq" from conversation`;

interface Head {
  readonly lastSeq: number;
  readonly queueCount: number;
  readonly eventNumber: number;
}

/** Asked at every tool boundary, and mostly nothing waits: a read of one row then. */
export function commitSteering(
  queries: Queries,
  lease: TurnLease,
  at: number,
  eventNumber: number,
): Promise<SteeringResult> {
  const { conversationId, turnId, epoch } = lease;
  return queries.call(async () => {
    const [head] = await queries.query<Head>(look, [conversationId, turnId, epoch]);
    if (head === undefined) throw staleEpoch(turnId);
    if (head.queueCount === 0 || head.eventNumber === eventNumber) {
      return answer(queries.query, lease, head, eventNumber);
    }
    return queries.transaction((query) => takeUnderLock(query, lease, at, eventNumber));
  });
}

async function answer(
  query: Query,
  { conversationId, turnId }: TurnLease,
  head: Head,
  eventNumber: number,
): Promise<SteeringResult> {
  const { lastSeq } = head;
  if (head.eventNumber !== eventNumber) return { messages: [], lastSeq };
  return {
    messages: await readTakenMessages(query, conversationId, turnId, eventNumber),
    lastSeq,
  };
}

async function takeUnderLock(
  query: Query,
  lease: TurnLease,
  at: number,
  eventNumber: number,
): Promise<SteeringResult> {
  const { conversationId, turnId, epoch } = lease;
  const [head] = await query<Head>(lock, [conversationId, turnId, epoch]);
  if (head === undefined) throw staleEpoch(turnId);
  if (head.queueCount === 0) return { messages: [], lastSeq: head.lastSeq };
  const messages = await takeMessages(query, conversationId, turnId, eventNumber);
  const chunks = messages.flatMap((message) => message.chunks);
  const [result] = await query<{ lastSeq: number }>(append, [
    ...[conversationId, turnId, at],
    ...chunkParameters(chunks),
    eventNumber,
  ]);
  return { messages, lastSeq: result?.lastSeq ?? head.lastSeq };
}
