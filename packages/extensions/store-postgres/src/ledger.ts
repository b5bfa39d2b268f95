import type { TurnLease } from '@dispatch/contracts';
import type { Queries } from './queries.ts';
import { staleEpoch } from './refusals.ts';

/**
 * The lock is shared: calls of one step are recorded side by side, and whoever takes the turn over
 * waits for them.
 */
const fence = `with fence as (
  select 1 from dispatch.conversations
  where id = $1 and turn_id = $2 and is_running and epoch = $3::int for share
)`;

const put = `${fence} insert into dispatch.ledger (conversation_id, call_id, json)
select $1, $4, $5 from fence
on conflict (conversation_id, call_id) do update set json = excluded.json returning 1`;

const start = `${fence} insert into dispatch.ledger (conversation_id, call_id, json)
select $1, $4, null from fence
on conflict (conversation_id, call_id) do update set json = dispatch.ledger.json returning 1`;

/** The response is the entry without a call. */
export function recordResponse(queries: Queries, lease: TurnLease, json: string): Promise<void> {
  return write(queries, put, lease, ['', json]);
}

export function recordCallStart(queries: Queries, lease: TurnLease, callId: string): Promise<void> {
  return write(queries, start, lease, [callId]);
}

export function recordCallEnd(
  queries: Queries,
  lease: TurnLease,
  callId: string,
  json: string,
): Promise<void> {
  return write(queries, put, lease, [callId, json]);
}

function write(
  { query, call }: Queries,
  statement: string,
  { conversationId, turnId, epoch }: TurnLease,
  entry: readonly string[],
): Promise<void> {
  return call(async () => {
    const written = await query(statement, [conversationId, turnId, epoch, ...entry]);
    if (written.length === 0) throw staleEpoch(turnId);
  });
}
