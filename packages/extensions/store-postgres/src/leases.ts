import type { ClaimedTurn, ClaimTurns, OwnedTurn, TurnLease } from '@dispatch/contracts';
import { type LedgerRow, selectLedgers, toLedger } from './ledger.ts';
import type { Queries, Query } from './queries.ts';
import { staleEpoch } from './refusals.ts';
import { arrayLiteral } from './text.ts';
import { type TurnRow, toTurn, turnColumns } from './turns.ts';

const leaseEnd = `clock_timestamp() + $2::float8 * interval '1 millisecond'`;

const renew = `update dispatch.conversations set lease_until = ${leaseEnd}
where owner = $1 and is_running
returning turn_id as "turnId", is_abort_requested as "isAbortRequested"`;

export async function renewLeases(
  { query, call }: Queries,
  owner: string,
  leaseMs: number,
): Promise<readonly OwnedTurn[]> {
  return [...(await call(() => query<OwnedTurn>(renew, [owner, leaseMs])))];
}

const mark = `update dispatch.conversations set is_abort_requested = true,
  lease_until = case when owner = '' then '-infinity' else lease_until end
where id = $1 and turn_id = $2 and is_running returning owner`;

export async function requestAbort(
  { query, call }: Queries,
  conversationId: string,
  turnId: string,
): Promise<string | undefined> {
  const [row] = await call(() => query<{ owner: string }>(mark, [conversationId, turnId]));
  return row?.owner;
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
from due where c.id = due.id
returning c.id, c.attempts, c.is_abort_requested as "isAbortRequested"`;

const readClaimed = `select ${turnColumns}
from dispatch.conversations c join dispatch.turns t on t.conversation_id = c.id and t.turn_id = c.turn_id
where c.id = any ($1::text[])`;

const readLedgers = selectLedgers('= any ($1::text[])');

interface Claimed {
  readonly id: string;
  readonly attempts: number;
  readonly isAbortRequested: boolean;
}

export function claimTurns(queries: Queries, request: ClaimTurns): Promise<readonly ClaimedTurn[]> {
  const { owner, leaseMs, includeOwn, exceptTurnIds = [], limit } = request;
  return queries.call(() =>
    queries.transaction(async (query) => {
      const parameters = [owner, leaseMs, includeOwn, arrayLiteral(exceptTurnIds), limit];
      const claimed = await query<Claimed>(claim, parameters);
      if (claimed.length === 0) return [];
      return readClaimedTurns(query, new Map(claimed.map((row) => [row.id, row])));
    }),
  );
}

async function readClaimedTurns(
  query: Query,
  claimed: ReadonlyMap<string, Claimed>,
): Promise<readonly ClaimedTurn[]> {
  const ids = arrayLiteral([...claimed.keys()]);
  const [turns, ledger] = await Promise.all([
    query<TurnRow>(readClaimed, [ids]),
    query<LedgerRow>(readLedgers, [ids]),
  ]);
  const ledgers = Map.groupBy(ledger, ({ conversationId }) => conversationId);
  return turns.map((row) => {
    const { attempts = 0, isAbortRequested = false } = claimed.get(row.conversationId) ?? {};
    const entries = ledgers.get(row.conversationId) ?? [];
    return { ...toTurn(row), attempts, isAbortRequested, ...toLedger(entries) };
  });
}

/**
 * Nobody's: the epoch of the one who gave it up is stale from now on. Over at once, or when what it
 * waits for is due. Who claims it next does not count as an attempt. An abort waits for nothing.
 */
const release = `update dispatch.conversations
set owner = '', epoch = epoch + 1, attempts = attempts - 1, lease_until = case
  when $4::float8 is null or is_abort_requested then '-infinity'
  else clock_timestamp() + $4::float8 * interval '1 millisecond' end
where id = $1 and turn_id = $2 and is_running and epoch = $3::int returning 1`;
const isReleased = `select 1 from dispatch.conversations
where id = $1 and turn_id = $2 and is_running and epoch = $3::int + 1 and owner = ''`;

export function releaseTurn(
  { query, call }: Queries,
  { conversationId, turnId, epoch }: TurnLease,
  waitMs?: number,
): Promise<void> {
  return call(async (attempt) => {
    const lease = [conversationId, turnId, epoch];
    const released = await query(release, [...lease, waitMs ?? null]);
    if (released.length > 0) return;
    const isDone = attempt > 1 && (await query(isReleased, lease)).length > 0;
    if (!isDone) throw staleEpoch(turnId);
  });
}

const wake = `update dispatch.conversations set lease_until = '-infinity'
where id = $1 and turn_id = $2 and is_running and owner = '' and lease_until > clock_timestamp()
returning 1`;

export async function wakeTurn(
  { query, call }: Queries,
  conversationId: string,
  turnId: string,
): Promise<boolean> {
  return (await call(() => query(wake, [conversationId, turnId]))).length > 0;
}
