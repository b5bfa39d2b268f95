import type { LedgerCall, LedgerToolStep, TurnLease } from '@dispatch/contracts';
import type { Queries } from './queries.ts';
import { staleEpoch } from './refusals.ts';
import { decodeText, encodeText } from './text.ts';

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

/** Where it is there already, the update changes nothing: it tells that from a fence that held. */
const addStep = `${fence} insert into dispatch.tool_steps (conversation_id, call_id, name, json)
select $1, $4, $5, $6 from fence
on conflict (conversation_id, call_id, name) do update set json = dispatch.tool_steps.json returning 1`;

/** The response is the entry without a call. */
export function recordResponse(queries: Queries, lease: TurnLease, json: string): Promise<void> {
  return write(queries, put, lease, ['', json]);
}

export function recordCallStart(queries: Queries, lease: TurnLease, callId: string): Promise<void> {
  return write(queries, start, lease, [encodeText(callId)]);
}

export function recordCallEnd(
  queries: Queries,
  lease: TurnLease,
  callId: string,
  json: string,
): Promise<void> {
  return write(queries, put, lease, [encodeText(callId), json]);
}

export function recordToolStep(
  queries: Queries,
  lease: TurnLease,
  callId: string,
  name: string,
  json: string,
): Promise<void> {
  return write(queries, addStep, lease, [encodeText(callId), encodeText(name), json]);
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

/** The ledgers of the conversations that `condition` names: calls first, then their tool steps in order. */
export function selectLedger(condition: string): string {
  return `select conversation_id as "conversationId", call_id as "callId", null as name, json, 0 as number
  from dispatch.ledger where conversation_id ${condition}
union all
select conversation_id, call_id, name, json, number
  from dispatch.tool_steps where conversation_id ${condition}
order by number`;
}

export interface LedgerRow {
  readonly conversationId: string;
  readonly callId: string;
  /** Of a tool step; null: the call itself. */
  readonly name: string | null;
  readonly json: string | null;
}

export interface Ledger {
  readonly responseJson?: string;
  readonly calls: readonly LedgerCall[];
}

/** What the rows of one conversation say. */
export function toLedger(rows: readonly LedgerRow[]): Ledger {
  const response = rows.find(({ callId }) => callId === '')?.json ?? undefined;
  const byCall = Map.groupBy(
    rows.filter(({ callId }) => callId !== ''),
    ({ callId }) => callId,
  );
  return {
    ...(response === undefined ? {} : { responseJson: response }),
    calls: [...byCall].map(([callId, entries]) => toCall(decodeText(callId), entries)),
  };
}

function toCall(callId: string, entries: readonly LedgerRow[]): LedgerCall {
  const result = entries.find(({ name }) => name === null)?.json ?? undefined;
  const steps = entries.flatMap(({ name, json }): LedgerToolStep[] =>
    name === null ? [] : [{ name: decodeText(name), json: json ?? 'null' }],
  );
  return {
    callId,
    ...(result === undefined ? {} : { resultJson: result }),
    ...(steps.length === 0 ? {} : { steps }),
  };
}
