import type {
  Blobs,
  ClaimedTurn,
  ClaimTurns,
  CommitStepRecord,
  EnqueueRecord,
  NewChunk,
  Records,
  StartTurnRecord,
  StartTurnResult,
  Store,
  TurnLease,
} from '@dispatch/contracts';

/** A store under test, with what shares its state. Empty, or shared by nobody else. */
export interface StoreFixture {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  /** Lets at least `ms` pass on the store's own clock: virtual, or by waiting. */
  advance(ms: number): void | Promise<void>;
  /** Called once, after the last test. */
  readonly dispose?: () => Promise<void>;
}

export type MakeStore = () => StoreFixture | Promise<StoreFixture>;

/** Given to each part of the suite: the fixture, there once its tests run. */
export type GetFixture = () => StoreFixture;

/** A lease that no test outlives. */
export const longLeaseMs = 600_000;

let count = 0;

/** An id that no other test uses. */
export function uniqueId(kind: string): string {
  count += 1;
  return `${kind}-${String(count).padStart(6, '0')}`;
}

export function textChunk(text: string, role: NewChunk['role'] = 'user'): NewChunk {
  return { role, json: JSON.stringify({ type: 'text', text }) };
}

export function startRecord(
  conversationId: string,
  changes: Partial<StartTurnRecord> = {},
): StartTurnRecord {
  return {
    conversationId,
    turnId: uniqueId('turn'),
    create: {},
    settings: {},
    model: 'scripted/play',
    origin: 'user',
    chunks: [textChunk('hello')],
    owner: 'host-a',
    leaseMs: longLeaseMs,
    at: 1000,
    ...changes,
  };
}

export function stepRecord(
  lease: TurnLease,
  stepIndex: number,
  changes: Partial<CommitStepRecord> = {},
): CommitStepRecord {
  return {
    lease,
    stepIndex,
    chunks: [textChunk(`step ${stepIndex}`, 'assistant')],
    metrics: { stepId: `${lease.turnId}#${stepIndex}`, finishReason: 'tool-calls', toolCalls: 0 },
    eventNumber: 10 * (stepIndex + 1),
    leaseMs: longLeaseMs,
    at: 2000 + stepIndex,
    ...changes,
  };
}

/** The step under way in a turn that has committed none, unless told otherwise. */
export function stepIdOf({ turnId }: TurnLease, stepIndex = 0): string {
  return `${turnId}#${stepIndex}`;
}

export function queueRecord(
  conversationId: string,
  text: string,
  changes: Partial<EnqueueRecord> = {},
): EnqueueRecord {
  return {
    conversationId,
    queueId: uniqueId('queued'),
    create: {},
    messageJson: JSON.stringify(text),
    chunks: [textChunk(text)],
    limit: 100,
    at: 3000,
    ...changes,
  };
}

/** A tool call and its result, as a step commits them. */
export function callChunks(callId: string): [NewChunk, NewChunk] {
  const fields = { stepId: 's', callId, name: 'tool' };
  const call = { type: 'tool-call', ...fields, input: {} };
  const result = { type: 'tool-result', ...fields, content: [], isError: false };
  return [
    { role: 'assistant', callId, json: JSON.stringify(call) },
    { role: 'tool', callId, json: JSON.stringify(result) },
  ];
}

export const turnEnd = { finishReason: 'stop', durationMs: 5 } as const;

/** Starts a turn that must start, and returns the right to write to it. */
export async function startedTurn(
  store: Store,
  changes: Partial<StartTurnRecord> = {},
): Promise<TurnLease> {
  const record = startRecord(changes.conversationId ?? uniqueId('conversation'), changes);
  const { epoch } = mustStart(await store.startTurn(record));
  return { conversationId: record.conversationId, turnId: record.turnId, epoch };
}

export function mustStart(
  result: StartTurnResult,
): Extract<StartTurnResult, { outcome: 'started' }> {
  if (result.outcome !== 'started') throw new Error(`The turn did not start: ${result.outcome}.`);
  return result;
}

/** Claims whatever is due, for `host-b` unless told otherwise; returns the conversation's turn if it was. */
export async function claim(
  store: Store,
  conversationId: string,
  changes: Partial<ClaimTurns> = {},
): Promise<ClaimedTurn | undefined> {
  const turns = await store.claimTurns({
    owner: 'host-b',
    leaseMs: longLeaseMs,
    includeOwn: false,
    limit: 1000,
    ...changes,
  });
  return turns.find((turn) => turn.conversationId === conversationId);
}

export async function sealedTurn(store: Store, lease: TurnLease): Promise<void> {
  await store.sealTurn({ lease, chunks: [], eventNumber: 9, end: turnEnd, at: 4000 });
}

export async function chunkTexts(store: Store, conversationId: string): Promise<string[]> {
  const chunks = await store.readChunks({ conversationId, afterSeq: 0, limit: 1000 });
  return chunks.map((chunk) => JSON.parse(chunk.json).text);
}

/** The code of what a promise rejects with; `resolved` where it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
