import type { ClaimedTurn, ClaimTurns, LedgerCall, TurnLease } from '@dispatch/contracts';
import type { Queries, Query } from './queries.ts';
import { staleEpoch } from './refusals.ts';
import { arrayLiteral } from './text.ts';
import { type TurnRow, toTurn, turnColumns } from './turns.ts';

const leaseEnd = `clock_timestamp() + $2::float8 * interval '1 millisecond'`;

const renew = `update dispatch.conversations set lease_until = ${leaseEnd}
where owner = $1 and is_running returning turn_id as "turnId"`;

export async function renewLeases(
  { query, call }: Queries,
  owner: string,
  leaseMs: number,
): Promise<readonly string[]> {
  const rows = await call(() => query<{ turnId: string }>(renew, [owner, leaseMs]));
  return rows.map((row) => row.turnId);
}

/** Rows that someone writes to right now are left for the next time: their owner lives. */
const claim = `with due as (
  select id from dispatch.conversations
  where is_running and (lease_until <= clock_timestamp() or ($3::bool and owner = $1))
    and turn_id <> all ($4::text[])
  order by lease_until limit $5::int for update skip locked
)
update dispatch.conversations c set owner = $1, epoch = c.epoch + 1, attempts = c.attempts + 1,
  lease_until = ${leaseEnd}
from due where c.id = due.id returning c.id, c.attempts`;

const readClaimed = `select ${turnColumns}
from dispatch.conversations c join dispatch.turns t on t.conversation_id = c.id and t.turn_id = c.turn_id
where c.id = any ($1::text[])`;

const readLedger = `select conversation_id as "conversationId", call_id as "callId", json
from dispatch.ledger where conversation_id = any ($1::text[]) order by call_id`;

interface LedgerRow {
  readonly conversationId: string;
  readonly callId: string;
  readonly json: string | null;
}

export function claimTurns(queries: Queries, request: ClaimTurns): Promise<readonly ClaimedTurn[]> {
  const { owner, leaseMs, includeOwn, exceptTurnIds = [], limit } = request;
  return queries.call(() =>
    queries.transaction(async (query) => {
      const parameters = [owner, leaseMs, includeOwn, arrayLiteral(exceptTurnIds), limit];
      const claimed = await query<{ id: string; attempts: number }>(claim, parameters);
      if (claimed.length === 0) return [];
      return readClaimedTurns(query, new Map(claimed.map((row) => [row.id, row.attempts])));
    }),
  );
}

async function readClaimedTurns(
  query: Query,
  attempts: ReadonlyMap<string, number>,
): Promise<readonly ClaimedTurn[]> {
  const ids = arrayLiteral([...attempts.keys()]);
  const [turns, ledger] = await Promise.all([
    query<TurnRow>(readClaimed, [ids]),
    query<LedgerRow>(readLedger, [ids]),
  ]);
  const entries = Map.groupBy(ledger, (row) => row.conversationId);
  return turns.map((row) => ({
    ...toTurn(row),
    attempts: attempts.get(row.conversationId) ?? 0,
    ...toLedger(entries.get(row.conversationId) ?? []),
  }));
}

function toLedger(rows: readonly LedgerRow[]): Pick<ClaimedTurn, 'responseJson' | 'calls'> {
  const response = rows.find((row) => row.callId === '')?.json ?? undefined;
  const calls = rows
    .filter((row) => row.callId !== '')
    .map(
      ({ callId, json }): LedgerCall => (json === null ? { callId } : { callId, resultJson: json }),
    );
  return { ...(response === undefined ? {} : { responseJson: response }), calls };
}

/** Nobody's, and over: the epoch of the one who gave it up is stale from now on. */
const release = `update dispatch.conversations
set owner = '', epoch = epoch + 1, lease_until = '-infinity'
where id = $1 and turn_id = $2 and is_running and epoch = $3::int returning 1`;
const isReleased = `select 1 from dispatch.conversations
where id = $1 and turn_id = $2 and is_running and epoch = $3::int + 1 and owner = ''`;

export function releaseTurn(
  { query, call }: Queries,
  { conversationId, turnId, epoch }: TurnLease,
): Promise<void> {
  return call(async (attempt) => {
    const lease = [conversationId, turnId, epoch];
    const released = await query(release, lease);
    if (released.length > 0) return;
    const isDone = attempt > 1 && (await query(isReleased, lease)).length > 0;
    if (!isDone) throw staleEpoch(turnId);
  });
}
