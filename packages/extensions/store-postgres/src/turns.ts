import type {
  Origin,
  StepMetrics,
  TurnEndRecord,
  TurnMetrics,
  TurnRecord,
  TurnSettings,
} from '@dispatch/contracts';
import type { Usage } from '@dispatch/kernel';
import { assertConversation } from './chunks.ts';
import type { Queries } from './queries.ts';

/** A turn as it is read: what the conversation holds of it while it runs, else its own row. */
export const turnColumns = `t.conversation_id as "conversationId", t.turn_id as "turnId", t.details,
  t.previous_seq as "previousSeq", t.message_seq as "messageSeq", t.started_at as "startedAt",
  coalesce(t.owner, c.owner) as owner, coalesce(t.epoch, c.epoch) as epoch,
  coalesce(t.steps, c.steps) as "stepsCommitted",
  coalesce(t.event_number, c.event_number) as "eventNumber", t.last_seq as "lastSeq", t.end_json as "endJson",
  (select string_agg(s.metrics, ',' order by s.step_index) from dispatch.steps s
    where s.conversation_id = t.conversation_id and s.turn_id = t.turn_id) as metrics`;

export interface TurnRow {
  readonly conversationId: string;
  readonly turnId: string;
  readonly details: string;
  readonly previousSeq: number;
  readonly messageSeq: number;
  readonly startedAt: number;
  readonly owner: string;
  readonly epoch: number;
  readonly stepsCommitted: number;
  readonly eventNumber: number;
  readonly lastSeq: number | null;
  readonly endJson: string | null;
  readonly metrics: string | null;
}

interface TurnDetails {
  readonly model: string;
  readonly settings: TurnSettings & { readonly maxSteps?: number };
  readonly origin: Origin;
}

export function toTurn(row: TurnRow): TurnRecord {
  const { details, lastSeq, endJson, metrics, ...rest } = row;
  const { model, settings, origin }: TurnDetails = JSON.parse(details);
  const end: TurnEndRecord | undefined = endJson === null ? undefined : JSON.parse(endJson);
  const steps: readonly StepMetrics[] = metrics === null ? [] : JSON.parse(`[${metrics}]`);
  const usage = end?.usage ?? sumUsage(steps);
  return {
    ...rest,
    model,
    settings,
    origin,
    state: end === undefined ? 'running' : 'sealed',
    ...(usage === undefined ? {} : { usage }),
    ...(lastSeq === null ? {} : { lastSeq }),
    ...(end === undefined ? {} : { end }),
  };
}

function sumUsage(steps: readonly StepMetrics[]): Usage | undefined {
  const sum: Record<string, number> = {};
  for (const { usage } of steps) {
    for (const [name, tokens] of Object.entries(usage ?? {})) sum[name] = (sum[name] ?? 0) + tokens;
  }
  const { inputTokens, outputTokens } = sum;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { ...sum, inputTokens, outputTokens };
}

const from = `from dispatch.turns t join dispatch.conversations c on c.id = t.conversation_id`;
const readOne = `select ${turnColumns} ${from} where t.conversation_id = $1 and t.turn_id = $2`;
const readLast = `select ${turnColumns} ${from}
where t.conversation_id = $1 and t.turn_id = c.turn_id`;

export async function readTurn(
  { query, call }: Queries,
  conversationId: string,
  turnId: string,
): Promise<TurnRecord | undefined> {
  const [row] = await call(() => query<TurnRow>(readOne, [conversationId, turnId]));
  return row === undefined ? undefined : toTurn(row);
}

export async function readLastTurn(
  { query, call }: Queries,
  conversationId: string,
): Promise<TurnRecord | undefined> {
  const [row] = await call(() => query<TurnRow>(readLast, [conversationId]));
  return row === undefined ? undefined : toTurn(row);
}

const readMetrics = `select t.turn_id as "turnId", t.details, t.end_json as "endJson",
  string_agg(s.metrics, ',' order by s.step_index) as metrics
from dispatch.turns t
left join dispatch.steps s on s.conversation_id = t.conversation_id and s.turn_id = t.turn_id
where t.conversation_id = $1
group by t.turn_id, t.details, t.end_json, t.position order by t.position`;

export function readTurnMetrics(
  { query, call }: Queries,
  conversationId: string,
): Promise<readonly TurnMetrics[]> {
  return call(async () => {
    const rows = await query<Pick<TurnRow, 'turnId' | 'details' | 'endJson' | 'metrics'>>(
      readMetrics,
      [conversationId],
    );
    if (rows.length === 0) await assertConversation({ query }, conversationId);
    return rows.map(({ turnId, details, endJson, metrics }) => {
      const { model }: TurnDetails = JSON.parse(details);
      const end: TurnEndRecord | undefined = endJson === null ? undefined : JSON.parse(endJson);
      const steps: readonly StepMetrics[] = metrics === null ? [] : JSON.parse(`[${metrics}]`);
      return { turnId, model, ...end, steps };
    });
  });
}
