import type { LedgerCall, LedgerToolStep, Store, TurnLease } from '@dispatch/contracts';
import { isHeld } from './fence.ts';
import type { Queries } from './queries.ts';
import { invalidInput, staleEpoch } from './refusals.ts';
import { decodeText, encodeText } from './text.ts';

const isUnderWay = `is_running and step_id = turn_id || '#' || steps`;

/**
 * The lock is shared: calls of one step are recorded side by side, and whoever takes the turn over
 * waits for them. A write that comes late, after its step was committed, must not pass for the next.
 */
const fence = `with fence as (
  select id, step_id from dispatch.conversations, (values ($4)) as step (step_id)
  where id = $1 and turn_id = $2 and epoch = $3::int and ${isUnderWay}
  for share of conversations
)`;
const key = 'conversation_id, step_id, call_id, tool_step';

const put = `${fence} insert into dispatch.ledger (${key}, json)
select id, step_id, $5, '', $6 from fence
on conflict (${key}) do update set json = excluded.json returning 1`;

/** What is there already stays: the update tells it from a fence that did not hold. */
const add = `${fence} insert into dispatch.ledger as l (${key}, json)
select id, step_id, $5, $6, $7 from fence
on conflict (${key}) do update set json = l.json returning 1`;

type LedgerWrites = Pick<
  Store,
  'recordResponse' | 'recordCallStart' | 'recordCallEnd' | 'recordToolStep'
>;

/** The response is the entry without a call. */
export function createLedger({ query, call }: Queries): LedgerWrites {
  const write = (
    statement: string,
    { conversationId, turnId, epoch }: TurnLease,
    ...entry: readonly (string | null)[]
  ) =>
    call(async () => {
      const lease = [conversationId, turnId, epoch];
      const written = await query(statement, [...lease, ...entry]);
      if (written.length > 0) return;
      if (!(await isHeld(query, lease))) throw staleEpoch(turnId);
      throw invalidInput(`The step ${entry[0]} is not under way.`);
    });
  return {
    recordResponse: (lease, stepId, json) => write(put, lease, stepId, '', json),
    recordCallStart: (lease, stepId, callId) =>
      write(add, lease, stepId, encodeText(callId), '', null),
    recordCallEnd: (lease, stepId, callId, json) =>
      write(put, lease, stepId, encodeText(callId), json),
    recordToolStep: (lease, stepId, callId, name, json) =>
      write(add, lease, stepId, encodeText(callId), encodeText(name), json),
  };
}

/** The ledgers of the conversations that `condition` names, in the order in which they were recorded. */
export function selectLedgers(condition: string): string {
  return `select conversation_id as "conversationId", call_id as "callId", tool_step as "toolStep", json
from dispatch.ledger join dispatch.conversations on id = conversation_id and ${isUnderWay}
where conversation_id ${condition} order by number`;
}

export interface LedgerRow {
  readonly conversationId: string;
  readonly callId: string;
  readonly toolStep: string;
  readonly json: string | null;
}

export interface Ledger {
  readonly responseJson?: string;
  readonly calls: readonly LedgerCall[];
}

/** What the rows of one conversation say. */
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
  const resultJson = entries.find(({ toolStep }) => toolStep === '')?.json ?? undefined;
  const steps = entries.flatMap(({ toolStep, json }): LedgerToolStep[] =>
    toolStep === '' || json === null ? [] : [{ name: decodeText(toolStep), json }],
  );
  return {
    callId,
    ...(resultJson === undefined ? {} : { resultJson }),
    ...(steps.length === 0 ? {} : { steps }),
  };
}
