import type { NewChunk, QueuedMessage } from '@dispatch/contracts';
import type { Query } from './queries.ts';

const columns = `queue_id as "queueId", message_json as "messageJson", chunks, created_at as "createdAt"`;
export const readWaiting = `select ${columns} from dispatch.queue
where conversation_id = $1 and taken_turn_id is null order by number`;
const readTaken = `select ${columns} from dispatch.queue
where conversation_id = $1 and taken_turn_id = $2 and taken_event = $3::bigint order by number`;

const forgetTaken = `delete from dispatch.queue
where conversation_id = $1 and taken_turn_id is not null`;
const markTaken = `with taken as (
  update dispatch.queue set taken_turn_id = $2, taken_event = $3::bigint
  where conversation_id = $1 and taken_turn_id is null
)
update dispatch.conversations set queue_count = 0 where id = $1`;

export interface QueueRow {
  readonly queueId: string;
  readonly messageJson: string;
  readonly chunks: string;
  readonly createdAt: number;
}

export function toMessage(row: QueueRow): QueuedMessage {
  const chunks: readonly NewChunk[] = JSON.parse(row.chunks);
  return { ...row, chunks };
}

export async function readWaitingMessages(
  query: Query,
  conversationId: string,
): Promise<readonly QueuedMessage[]> {
  const rows = await query<QueueRow>(readWaiting, [conversationId]);
  return rows.map(toMessage);
}

/** What an earlier call took, whose answer was lost. */
export async function readTakenMessages(
  query: Query,
  conversationId: string,
  turnId: string,
  eventNumber: number,
): Promise<readonly QueuedMessage[]> {
  const rows = await query<QueueRow>(readTaken, [conversationId, turnId, eventNumber]);
  return rows.map(toMessage);
}

/** Takes all that wait. Under the lock of the conversation's row. */
export async function takeMessages(
  query: Query,
  conversationId: string,
  turnId: string,
  eventNumber: number,
): Promise<readonly QueuedMessage[]> {
  const [messages] = await Promise.all([
    readWaitingMessages(query, conversationId),
    query(forgetTaken, [conversationId]),
    query(markTaken, [conversationId, turnId, eventNumber]),
  ]);
  return messages;
}
