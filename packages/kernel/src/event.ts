import type { ContentPart } from './content.ts';
import type { JsonValue } from './json.ts';
import type { Usage } from './usage.ts';

/** How a turn ended (WIRE.md section 3). */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'max-steps' | 'aborted' | 'error';

/** How a step ended: as a turn, or with calls that ask for a next step. */
export type StepFinishReason = Exclude<FinishReason, 'max-steps'> | 'tool-calls';

export type OutputStream = 'stdout' | 'stderr' | 'progress';

/** What failed, as a client is told: `message` is safe to show. */
export interface TurnError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/**
 * A live piece of a turn, without its envelope: whoever tells it adds `conversationId`, `turnId`
 * and `n` (WIRE.md section 3). `runTurn` emits those marked K; the host tells the others.
 */
export type TurnEvent =
  | { readonly type: 'turn-start'; readonly model: string; readonly committedSeq: number }
  | StepStartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallEvent
  | ToolOutputEvent
  | ToolResultEvent
  | ApprovalRequestEvent
  | ApprovalResolvedEvent
  | CollisionEvent
  | UsageEvent
  | StepCompleteEvent
  | { readonly type: 'step-reset'; readonly stepId: string; readonly reason: string }
  | SteeringEvent
  | ProviderRetryEvent
  | ErrorEvent
  | DoneEvent
  | { readonly type: 'turn-sealed'; readonly lastSeq: number };

/** K. Once a step, before its first model request. */
export interface StepStartEvent {
  readonly type: 'step-start';
  readonly stepId: string;
  readonly index: number;
}

/** K. Never ends inside a surrogate pair; what one provider batch brought is one delta. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  readonly stepId: string;
  readonly delta: string;
}

/** K. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta';
  readonly stepId: string;
  readonly delta: string;
}

/** K. The call's input is complete; it may already be running. */
export interface ToolCallEvent {
  readonly type: 'tool-call';
  readonly stepId: string;
  readonly callId: string;
  readonly name: string;
  readonly input: JsonValue;
}

/** K. */
export interface ToolOutputEvent {
  readonly type: 'tool-output';
  readonly stepId: string;
  readonly callId: string;
  readonly stream: OutputStream;
  readonly delta: string;
}

/** K. */
export interface ToolResultEvent {
  readonly type: 'tool-result';
  readonly stepId: string;
  readonly callId: string;
  readonly name: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
  readonly durationMs?: number;
  readonly interrupted?: true;
}

export interface ApprovalRequestEvent {
  readonly type: 'approval-request';
  readonly approvalId: string;
  readonly kind: 'consent' | 'question';
  readonly callId: string;
  readonly name: string;
  readonly input: JsonValue;
  readonly reason: string;
  readonly expiresAt: string;
  readonly proposedRule?: JsonValue;
  readonly questions?: readonly JsonValue[];
}

export interface ApprovalResolvedEvent {
  readonly type: 'approval-resolved';
  readonly approvalId: string;
  readonly decision: 'allow' | 'deny' | 'always' | 'expired' | 'aborted';
  readonly by: 'person' | 'rule' | 'timeout' | 'host';
}

export interface CollisionEvent {
  readonly type: 'collision';
  readonly path: string;
  readonly computerId?: string;
  readonly severity: 'same-line' | 'adjacent-line' | 'different-area';
  readonly others: readonly { readonly conversationId: string; readonly lines?: JsonValue }[];
}

/** K. Cumulative: the last of a step counts. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly stepId: string;
  readonly usage: Usage;
}

/** K. The step's chunks are committed, up to `committedSeq`. */
export interface StepCompleteEvent {
  readonly type: 'step-complete';
  readonly stepId: string;
  readonly finishReason: StepFinishReason;
  readonly usage?: Usage;
  readonly ttftMs?: number;
  readonly decodeMs?: number;
  readonly genTotalMs?: number;
  readonly committedSeq: number;
}

/** K. Told once the messages are committed. */
export interface SteeringEvent {
  readonly type: 'steering';
  readonly messages: readonly { readonly queueId: string; readonly message: UserInput }[];
}

/** A user's message as a client sends it. */
export type UserInput = string | readonly ContentPart[];

/** K. Before the wait. */
export interface ProviderRetryEvent {
  readonly type: 'provider-retry';
  readonly stepId: string;
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: TurnError;
}

/** K. The turn fails. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly stepId?: string;
  readonly error: TurnError;
}

/** K. The turn's work ended: on every path but a suspension, exactly once, last. */
export interface DoneEvent {
  readonly type: 'done';
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  readonly durationMs: number;
  readonly contextSize?: number;
}
