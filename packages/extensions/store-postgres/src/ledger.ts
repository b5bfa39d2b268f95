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
on conflict (conversation_id, call_id, step_name) do update set json = excluded.json returning 1`;

/** What is there already stays: the update tells it from a fence that did not hold. */
const add = `${fence} insert into dispatch.ledger as l (conversation_id, call_id, step_name, json)
select $1, $4, $5, $6 from fence
on conflict (conversation_id, call_id, step_name) do update set json = l.json returning 1`;

/** The response is the entry without a call. */
export function recordResponse(queries: Queries, lease: TurnLease, json: string): Promise<void> {
  return write(queries, put, lease, ['', json]);
}

export function recordCallStart(queries: Queries, lease: TurnLease, callId: string): Promise<void> {
  return write(queries, add, lease, [encodeText(callId), '', null]);
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
  return write(queries, add, lease, [encodeText(callId), encodeText(name), json]);
}

function write(
  { query, call }: Queries,
  statement: string,
  { conversationId, turnId, epoch }: TurnLease,
  entry: readonly (string | null)[],
): Promise<void> {
  return call(async () => {
    const written = await query(statement, [conversationId, turnId, epoch, ...entry]);
    if (written.length === 0) throw staleEpoch(turnId);
  });
}

export const ledgerColumns = `conversation_id as "conversationId", call_id as "callId", step_name as "stepName", json`;

export interface LedgerRow {
  readonly conversationId: string;
  readonly callId: string;
  readonly stepName: string;
  readonly json: string | null;
}

export interface Ledger {
  readonly responseJson?: string;
  readonly calls: readonly LedgerCall[];
}

/** What the rows of one conversation say, in the order in which they were recorded. */
export function toLedger(rows: readonly LedgerRow[]): Ledger {
  const byCall = Map.groupBy(rows, ({ callId }) => callId);
  const responseJson = byCall.get('')?.[0]?.json ?? undefined;
  byCall.delete('');
  return {
    ...(responseJson === undefined ? {} : { responseJson }),
    calls: [...byCall].map(([callId, entries]) => toCall(decodeText(callId), entries)),
  };
}

function toCall(callId: string, entries: readonly LedgerRow[]): LedgerCall {
  const resultJson = entries.find(({ stepName }) => stepName === '')?.json ?? undefined;
  const steps = entries.flatMap(({ stepName, json }): LedgerToolStep[] =>
    stepName === '' || json === null ? [] : [{ name: decodeText(stepName), json }],
  );
  return {
    callId,
    ...(resultJson === undefined ? {} : { resultJson }),
    ...(steps.length === 0 ? {} : { steps }),
  };
}
