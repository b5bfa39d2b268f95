import type { Conversation, StepMetrics, StoredChunk } from './conversation.ts';
import type { QueuedMessage } from './queue-records.ts';
import type { LedgerCall, TurnRecord } from './store.ts';

/** All that a store holds of a conversation, for a check of it. */
export interface ConversationInspection {
  readonly conversation: Conversation;
  readonly chunks: readonly StoredChunk[];
  /** In the order in which they were started. */
  readonly turns: readonly InspectedTurn[];
  readonly queue: readonly QueuedMessage[];
  /** Of the running turn; of none where no turn runs. */
  readonly ledger: {
    readonly responseJson?: string;
    readonly calls: readonly LedgerCall[];
  };
}

export interface InspectedTurn extends TurnRecord {
  readonly steps: readonly InspectedStep[];
  /** Of a running turn: how long its lease still lasts by the store's clock; negative: it is over. */
  readonly leaseLeftMs?: number;
}

export interface InspectedStep {
  readonly index: number;
  readonly epoch: number;
  /** The conversation's last seq once the step was committed. */
  readonly lastSeq: number;
  readonly metrics: StepMetrics;
}
