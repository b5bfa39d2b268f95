import type { NewChunk, TurnLease } from '@dispatch/contracts';
import type { OpenedStore } from '@dispatch/store-postgres';

type Store = OpenedStore['store'];

const owner = 'host-a';
const leaseMs = 600_000;
const end = { finishReason: 'stop', durationMs: 1 } as const;

function textChunk(text: string, stepId?: string): NewChunk {
  const chunk = { type: 'text', text, ...(stepId === undefined ? {} : { stepId }) };
  return { role: stepId === undefined ? 'user' : 'assistant', json: JSON.stringify(chunk) };
}

/** A turn of one step with a call, and one that answers; sealed unless it is to run on. */
export async function addTurn(
  store: Store,
  conversationId: string,
  turnId: string,
  isSealed = true,
): Promise<TurnLease> {
  const started = await store.startTurn({
    conversationId,
    turnId,
    create: {},
    settings: {},
    model: 'scripted/play',
    origin: 'user',
    chunks: [textChunk('hello')],
    owner,
    leaseMs,
    at: 1,
  });
  if (started.outcome !== 'started') throw new Error(started.outcome);
  const lease = { conversationId, turnId, epoch: started.epoch };
  const stepId = `${turnId}#0`;
  const call = { stepId, callId: `${turnId}-call`, name: 'shell' };
  const calls: readonly NewChunk[] = [
    {
      role: 'assistant',
      json: JSON.stringify({ type: 'tool-call', ...call, input: null }),
      callId: call.callId,
    },
    {
      role: 'tool',
      json: JSON.stringify({ type: 'tool-result', ...call, content: [], isError: false }),
      callId: call.callId,
    },
  ];
  await commit(store, lease, 0, [textChunk('one', stepId), ...calls], false);
  if (isSealed) await commit(store, lease, 1, [textChunk('two', `${turnId}#1`)], true);
  return lease;
}

async function commit(
  store: Store,
  lease: TurnLease,
  stepIndex: number,
  chunks: readonly NewChunk[],
  isLast: boolean,
): Promise<void> {
  const usage = { inputTokens: 2, outputTokens: 1 };
  await store.commitStep({
    lease,
    stepIndex,
    chunks,
    metrics: {
      stepId: `${lease.turnId}#${stepIndex}`,
      finishReason: isLast ? 'stop' : 'tool-calls',
      usage,
      toolCalls: isLast ? 0 : 1,
    },
    eventNumber: 9 * (stepIndex + 1),
    ...(isLast ? { end: { ...end, usage: { inputTokens: 4, outputTokens: 2 } } } : {}),
    leaseMs,
    at: 2,
  });
}

/** A response of the step under way, and one call that was started. */
export async function recordLedger(store: Store, lease: TurnLease, stepIndex: number) {
  const stepId = `${lease.turnId}#${stepIndex}`;
  const call = { type: 'tool-call', stepId, callId: 'open', name: 'shell', input: null };
  const response = { stepId, index: stepIndex, chunks: [call], finishReason: 'tool-calls' };
  await store.recordResponse(lease, stepId, JSON.stringify(response));
  await store.recordCallStart(lease, stepId, 'open');
}

export async function addQueued(store: Store, conversationId: string, text: string) {
  await store.enqueue({
    conversationId,
    queueId: `queued-${text}`,
    create: {},
    messageJson: JSON.stringify(text),
    chunks: [textChunk(text)],
    limit: 100,
    at: 3,
  });
}
