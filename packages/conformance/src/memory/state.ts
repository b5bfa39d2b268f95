import type {
  BlobInfo,
  CommitResult,
  LedgerToolStep,
  NewChunk,
  Origin,
  QueuedMessage,
  StepMetrics,
  StoredChunk,
  TurnEndRecord,
  TurnSettings,
} from '@dispatch/contracts';

/** A turn as it is kept. `end` is there once it is sealed. */
export interface TurnState {
  readonly turnId: string;
  readonly model: string;
  readonly settings: TurnSettings & { readonly maxSteps?: number };
  readonly origin: Origin;
  readonly previousSeq: number;
  readonly messageSeq: number;
  readonly startedAt: number;
  /** The queued messages that it began with: the answer to a repeated start. */
  readonly taken: readonly QueuedMessage[];
  owner: string;
  epoch: number;
  leaseUntil: number;
  attempts: number;
  eventNumber: number;
  readonly steps: CommittedStep[];
  isAbortRequested: boolean;
  readonly ledger: Map<string, string | undefined>;
  readonly toolSteps: Map<string, LedgerToolStep[]>;
  response?: string;
  steering?: { readonly eventNumber: number; readonly messages: readonly QueuedMessage[] };
  end?: TurnEndRecord;
  /** The conversation's last seq when it was sealed. */
  lastSeq?: number;
}

export interface CommittedStep {
  readonly metrics: StepMetrics;
  readonly epoch: number;
  readonly lastSeq: number;
}

export interface IdempotencyEntry {
  readonly id: string;
  readonly position: number;
  readonly at: number;
}

export interface ConversationState {
  readonly conversationId: string;
  readonly parentId?: string;
  readonly createdAt: number;
  settings: TurnSettings & { readonly title?: string; readonly workspaceId?: string };
  updatedAt: number;
  /** The seq of a chunk is its index and one. */
  readonly chunks: StoredChunk[];
  /** The seq of each call, by its id. */
  readonly callSeqs: Map<string, number>;
  readonly turns: TurnState[];
  running: TurnState | undefined;
  queue: QueuedMessage[];
  /** Positions of queued messages, delivered ones included: the answer to a repeated call. */
  readonly positions: Map<string, number>;
  readonly idempotency: Map<string, IdempotencyEntry>;
}

export interface RecordState {
  readonly json: string;
  readonly version: number;
  readonly conversationId?: string;
}

export interface BlobState {
  readonly info: BlobInfo;
  /** Conversations whose it is beside the one that `info` names. */
  readonly sharers: readonly string[];
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** All that is kept. Plain data, changed by the functions beside it, each in one go. */
export interface MemoryState {
  readonly conversations: Map<string, ConversationState>;
  /** By namespace, then by key. */
  readonly records: Map<string, Map<string, RecordState>>;
  readonly blobs: Map<string, BlobState>;
  /** By conversation, in bytes, as measured last. */
  readonly sizes: Map<string, number>;
  /** The store's own clock, for leases. */
  readonly now: () => number;
}

export function appendChunks(
  conversation: ConversationState,
  turnId: string,
  chunks: readonly NewChunk[],
  at: number,
): void {
  for (const { role, json, callId } of chunks) {
    const seq = conversation.chunks.length + 1;
    if (callId !== undefined && role === 'assistant') conversation.callSeqs.set(callId, seq);
    conversation.chunks.push({ seq, turnId, role, createdAt: at, json });
  }
  conversation.updatedAt = Math.max(conversation.updatedAt, at);
}

export function commitResult(conversation: ConversationState, lastSeq: number): CommitResult {
  return { lastSeq, hasQueued: conversation.queue.length > 0 };
}

/** It was put away until what it waits for is due. */
export function isWaiting(turn: TurnState, now: number): boolean {
  return turn.owner === '' && turn.leaseUntil > now;
}
