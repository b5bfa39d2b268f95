import type { ContentPart } from './content.ts';
import type { JsonValue } from './json.ts';
import type { Message } from './message.ts';
import type { ProviderError } from './provider.ts';
import type { TurnOutcome } from './run-turn/options.ts';
import type { Tool, ToolResult } from './tool.ts';
import type { Usage } from './usage.ts';

/**
 * Code of the host's that a turn passes through (KERNEL.md rule 9). Hooks run in the order of their
 * list, one after the other. What a hook throws is logged; a `beforeToolCall` that throws denies
 * the call, any other counts as not having spoken.
 */
export interface TurnHooks {
  /** Named on the spans of what it changes. */
  readonly name: string;
  /** Declared: `beforeStep` may replace what came before. Of any other hook a `replace` is not heeded. */
  readonly isCompaction?: true;
  beforeStep?(step: StepView): Promise<StepChange | undefined> | StepChange | undefined;
  beforeToolCall?(call: ToolCallView): Promise<CallDecision> | CallDecision;
  /** Returns another result, or nothing to leave it as it is. */
  afterToolResult?(
    call: ToolCallView,
    result: ToolResult,
  ): Promise<ToolResult | undefined> | ToolResult | undefined;
  afterAttempt?(attempt: AttemptView): Promise<void> | void;
  onTurnEnd?(outcome: TurnOutcome): Promise<void> | void;
}

export interface StepView {
  readonly conversationId: string;
  readonly turnId: string;
  readonly stepId: string;
  readonly index: number;
  readonly system?: string;
  readonly messages: readonly Message[];
  /** Of the steps of this turn so far. */
  readonly usage?: Usage;
}

export interface StepChange {
  /** Joins the end of what the model is sent, from this step on. */
  readonly append?: readonly Message[];
  /** Replaces all messages, from this step on. For a hook that is declared as compaction. */
  readonly replace?: readonly Message[];
  /** Ends the turn before the step, with this as its error. */
  readonly stop?: { readonly code: string; readonly message: string };
}

export interface ToolCallView {
  readonly conversationId: string;
  readonly turnId: string;
  readonly stepId: string;
  readonly callId: string;
  readonly name: string;
  readonly input: JsonValue;
  readonly tool: Tool;
  readonly cwd?: string;
  readonly computerId?: string;
}

export type CallDecision =
  | { readonly decision: 'allow'; readonly input?: JsonValue }
  | { readonly decision: 'deny'; readonly reason: string }
  | {
      readonly decision: 'ask';
      readonly reason: string;
      readonly kind?: 'consent' | 'question';
      readonly proposedRule?: JsonValue;
      readonly questions?: readonly JsonValue[];
    };

/** A person's answer to an `ask`. */
export type AskAnswer =
  | { readonly decision: 'allow'; readonly input?: JsonValue }
  | { readonly decision: 'deny'; readonly reason: string }
  /** The call is answered by the person: this is its result. */
  | { readonly decision: 'answer'; readonly content: readonly ContentPart[] }
  /** Nobody answers soon: the turn is put away and taken up again at this step's tool phase. */
  | { readonly decision: 'suspend' };

export interface AttemptView {
  readonly conversationId: string;
  readonly turnId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly model: string;
  readonly usage?: Usage;
  readonly error?: ProviderError;
}
