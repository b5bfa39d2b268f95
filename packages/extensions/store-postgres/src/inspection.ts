import type {
  ConversationInspection,
  InspectedStep,
  InspectedTurn,
  StepMetrics,
  StoredChunk,
} from '@dispatch/contracts';
import { chunkColumns } from './chunks.ts';
import {
  type ConversationRow,
  conversationColumns,
  toConversation,
} from './conversation-details.ts';
import { type LedgerRow, selectLedgers, toLedger } from './ledger.ts';
import type { Queries } from './queries.ts';
import { type QueueRow, readWaiting, toMessage } from './queued-messages.ts';
import { type TurnRow, toTurn, turnColumns } from './turns.ts';

/** All rows of a query as one JSON text, in the query's order. */
function all(select: string): string {
  return `(select coalesce(json_agg(one), '[]')::text from (${select}) as one)`;
}

/** One statement, one moment. `extract` knows a lease that ended at `-infinity`; a difference does not. */
const inspect = `select ${conversationColumns},
  ((extract(epoch from lease_until) - extract(epoch from clock_timestamp())) * 1000)::float8 as "leaseLeftMs",
  ${all(`select ${chunkColumns} from dispatch.chunks where conversation_id = $1 order by seq`)} as chunks,
  ${all(`select ${turnColumns} from dispatch.turns t join dispatch.conversations c on c.id = t.conversation_id
    where t.conversation_id = $1 order by t.position`)} as turns,
  ${all(`select turn_id as "turnId", step_index as index, epoch, last_seq as "lastSeq", metrics
    from dispatch.steps where conversation_id = $1 order by step_index`)} as steps,
  ${all(readWaiting)} as queue,
  ${all(selectLedgers('= $1'))} as ledger
from dispatch.conversations where id = $1`;

interface InspectionRow extends ConversationRow {
  readonly leaseLeftMs: number | null;
  readonly chunks: string;
  readonly turns: string;
  readonly steps: string;
  readonly queue: string;
  readonly ledger: string;
}

interface StepRow extends Omit<InspectedStep, 'metrics'> {
  readonly turnId: string;
  /** JSON. */
  readonly metrics: string;
}

export async function inspectConversation(
  { query, call }: Queries,
  conversationId: string,
): Promise<ConversationInspection | undefined> {
  const [row] = await call(() => query<InspectionRow>(inspect, [conversationId]));
  if (row === undefined) return undefined;
  const { leaseLeftMs, chunks, turns, steps, queue, ledger, ...conversation } = row;
  const chunkList: readonly StoredChunk[] = JSON.parse(chunks);
  const turnRows: readonly TurnRow[] = JSON.parse(turns);
  const stepRows: readonly StepRow[] = JSON.parse(steps);
  const queueRows: readonly QueueRow[] = JSON.parse(queue);
  const ledgerRows: readonly LedgerRow[] = JSON.parse(ledger);
  const stepsOf = Map.groupBy(stepRows, ({ turnId }) => turnId);
  return {
    conversation: toConversation(conversation),
    chunks: chunkList,
    turns: turnRows.map((turn): InspectedTurn => {
      const inspected = { ...toTurn(turn), steps: (stepsOf.get(turn.turnId) ?? []).map(toStep) };
      const isRunning = inspected.state === 'running' && leaseLeftMs !== null;
      return isRunning ? { ...inspected, leaseLeftMs } : inspected;
    }),
    queue: queueRows.map(toMessage),
    ledger: toLedger(ledgerRows),
  };
}

function toStep({ index, epoch, lastSeq, metrics }: StepRow): InspectedStep {
  const parsed: StepMetrics = JSON.parse(metrics);
  return { index, epoch, lastSeq, metrics: parsed };
}
