import type { TurnSettings } from './conversation.ts';
import type { NewChunk } from './store.ts';

export interface EnqueueRecord {
  readonly conversationId: string;
  readonly queueId: string;
  readonly create?: TurnSettings;
  /** The client's `message`, as JSON text; and the chunks that it becomes. */
  readonly messageJson: string;
  readonly chunks: readonly NewChunk[];
  /** As in `StartTurnRecord`. */
  readonly blobIds?: readonly string[];
  readonly idempotencyKey?: string;
  /** 100. */
  readonly limit: number;
  readonly at: number;
}

export interface EnqueueResult {
  readonly queueId: string;
  /** From 1. Of a repetition: what it was first. */
  readonly position: number;
  readonly isRepeated: boolean;
  /** No turn runs in the conversation. */
  readonly isIdle: boolean;
}

export interface QueuedMessage {
  readonly queueId: string;
  readonly messageJson: string;
  readonly chunks: readonly NewChunk[];
  readonly createdAt: number;
}
