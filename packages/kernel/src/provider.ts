import type { ContentPart } from './content.ts';
import type { TurnError } from './event.ts';
import type { JsonSchema, JsonValue } from './json.ts';
import type { SpanContext } from './logging.ts';
import type { Message } from './message.ts';
import type { Usage } from './usage.ts';

/** The package that speaks one API. */
export interface Provider {
  /** What stands before the first `/` of a model's full name. */
  readonly id: string;
  /** Serves where nothing else does: never the default where another provider is loaded. */
  readonly isFallback?: boolean;

  /**
   * Asks the model once.
   *
   * Called once per attempt; attempts of different turns overlap. Yields batches: all that one
   * network read brought belongs in one. The stream ends with exactly one `finish` or `error`
   * event and then returns; it does not reject. (The kernel survives a provider that throws, or
   * that ends without either: both count as a retryable `provider-error`.)
   *
   * Must stop within 100 ms of `context.signal`, and let go of its connection; what it yields
   * afterwards is dropped. Opens a `provider.request` span below `context.span` where it fetches.
   */
  stream(request: ModelRequest, context: ProviderContext): AsyncIterable<readonly ProviderEvent[]>;

  /**
   * The models that can be asked for, the default one first. May ask a server; rejects when that
   * fails. The caller caches nothing for it.
   */
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;

  /** False where the name is certainly none of this provider's; absent: every name is worth asking. */
  hasModel?(model: string): boolean;
}

export interface ModelInfo {
  /** Without the provider's id. */
  readonly id: string;
  readonly description?: string;
  readonly contextWindow?: number;
}

export interface ModelRequest {
  readonly model: string;
  readonly system?: string;
  /**
   * Grows by its end from step to step and is never changed before it, so that the prompt cache of
   * the provider hits. Live: read it before the stream ends and do not keep it.
   */
  readonly messages: readonly Message[];
  /** The same array, in the same order, for all steps of a turn. */
  readonly tools: readonly ToolDefinition[];
  readonly sampling: Sampling;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** What a model does not take is left out, and the `provider.request` span says so in `sampling.dropped`. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly reasoningEffort?: string;
}

export interface ProviderContext {
  readonly signal: AbortSignal;
  /** The step's span. */
  readonly span: SpanContext;
  readonly conversationId: string;
  readonly turnId: string;
  readonly stepId: string;
  readonly stepIndex: number;
  /** From 1, per step. */
  readonly attempt: number;
  /** The message that started the turn; empty where it goes on without one. */
  readonly turnMessage: readonly ContentPart[];
}

export type ProviderEvent =
  | { readonly type: 'text-delta'; readonly delta: string }
  | { readonly type: 'reasoning-delta'; readonly delta: string }
  /** Ends the running block of reasoning; `providerData` goes back with it in later requests. */
  | { readonly type: 'reasoning-end'; readonly providerData?: JsonValue }
  /** The first token of a call's input was seen: it counts for the time to the first token. */
  | { readonly type: 'tool-input-start' }
  /** The input is complete: its raw JSON text. Empty text is `{}`. A missing or repeated `callId` is replaced. */
  | {
      readonly type: 'tool-call';
      readonly callId?: string;
      readonly name: string;
      readonly inputText: string;
    }
  /** Cumulative. */
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly reason: ProviderFinishReason }
  | { readonly type: 'error'; readonly error: ProviderError };

export type ProviderFinishReason = 'stop' | 'tool-calls' | 'length' | 'content-filter';

/** Code `provider-error`, `provider-timeout` or one of the provider's own catalog. `message` holds the provider's status and words, redacted. */
export interface ProviderError extends TurnError {
  readonly status?: number;
  /** A floor for the wait before the next attempt. */
  readonly retryAfterMs?: number;
}
