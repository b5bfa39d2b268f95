import type { Chunk, RoledChunk, ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { ContentPart } from '../content.ts';
import type { FinishReason, StepFinishReason, TurnError, TurnEvent, UserInput } from '../event.ts';
import type { AskAnswer, CallDecision, ToolCallView, TurnHooks } from '../hooks.ts';
import type { JsonValue } from '../json.ts';
import type { Logger, SpanContext } from '../logging.ts';
import type { Message } from '../message.ts';
import type { Provider, ProviderError, Sampling } from '../provider.ts';
import type { Redactor } from '../redaction.ts';
import type { Tool } from '../tool.ts';
import type { Toolset } from '../toolset.ts';
import type { Usage } from '../usage.ts';

/** All that a turn takes (KERNEL.md rule 2). */
export interface RunTurnOptions {
  readonly conversationId: string;
  readonly turnId: string;
  /** The conversation so far, without this turn's own message; on `resume`, with what the turn has committed. Not changed, not copied twice. */
  readonly history: readonly Message[];
  /** The user's message; absent where the turn goes on from the history. On `resume` it is in the history already and only told to the provider. */
  readonly message?: readonly ContentPart[];
  readonly system?: string;
  readonly provider: Provider;
  readonly model: string;
  readonly sampling?: Sampling;
  /** In the order that the model is told them; a toolset where several turns offer the same ones. */
  readonly tools: readonly Tool[] | Toolset;
  readonly limits?: Partial<TurnLimits>;
  /** Absent: no second attempt. */
  readonly retry?: RetryStrategy;
  /** Abort: prompt, the step under way still completes and commits. */
  readonly signal: AbortSignal;
  /** Ends the turn at the next step boundary, resumable: no `done`, `outcome.isSuspended`. */
  readonly suspendSignal?: AbortSignal;
  readonly runtime: KernelRuntime;
  /** The kernel's own spans and records. */
  readonly logger: Logger;
  readonly parentSpan?: SpanContext;
  /** Takes an event over. Synchronous, on the hot path; what it throws is dropped. */
  emit(event: TurnEvent): void;
  readonly host?: TurnHost;
  readonly hooks?: readonly TurnHooks[];
  /** Applied to what tools print and return and to providers' errors; not to the model's own words. */
  readonly redactor?: Redactor;
  readonly cwd?: string;
  readonly computerId?: string;
  readonly resume?: TurnResume;
}

/** Everything that is not deterministic, as arguments. */
export interface KernelRuntime {
  /** Milliseconds, monotonic, any origin. Left out it costs the timings and nothing else. */
  now?(): number;
  /** Resolves after `ms`, or at once when `signal` fires. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A fresh id for a call that came without a usable one. `[A-Za-z0-9_-]{1,64}`. */
  newCallId(): string;
  newAbortController(): AbortController;
}

export interface TurnLimits {
  /** 0: none. */
  readonly maxSteps: number;
  /** Calls of a step that run at once. 8. */
  readonly maxConcurrency: number;
  /** Calls beyond it are not run and get an error result. 99. */
  readonly maxCallsPerStep: number;
  /** For tools that name none. 120,000. */
  readonly toolTimeoutMs: number;
  /** What the model is sent of one result, in UTF-8 bytes. 48 KiB. */
  readonly toolResultBytes: number;
  /** A provider stream silent for so long is a retryable error. 120,000. */
  readonly streamIdleMs: number;
  /** How long a tool may take to report after an abort. 50. */
  readonly abortGraceMs: number;
  /** Same call, same input, same result, so often in a row: a notice (3), the end (6). */
  readonly repeatNotice: number;
  readonly repeatEnd: number;
  /** Longest cycle of calls that counts as a repetition. 4. */
  readonly repeatCycle: number;
  /** Steps in a row in which every call failed: a notice (3), the end (6). */
  readonly errorStepsNotice: number;
  readonly errorStepsEnd: number;
  /** Steps of one call of a durable tool. 1,000. */
  readonly maxToolSteps: number;
  /** Of the value of such a step, in UTF-8 bytes of JSON. 1 MiB. */
  readonly toolStepBytes: number;
}

/** When to ask a provider again. Pure. */
export interface RetryStrategy {
  /** Sum of the delays that one step may wait. A delay that would exceed it is not waited. */
  readonly budgetMs: number;
  /** The delay after attempt `attempt` (from 1); null: no further attempt. */
  delayFor(attempt: number, error: ProviderError): number | null;
}

/**
 * The host's side of a turn. All optional: what is absent costs nothing. A callback that rejects
 * ends the turn with `store-unavailable`, without another write.
 */
export interface TurnHost {
  /** The step is over: commit its chunks. The next step waits for it. */
  onStepComplete?(step: CompletedStep): Promise<{ readonly committedSeq: number }>;
  /** Before the first call of a step that is not `pure` starts, and before a person is asked for any. */
  onStepResponse?(response: StepResponse): Promise<void>;
  /** Before each call that is not `pure` starts. */
  onCallStart?(call: ToolCallChunk): Promise<void>;
  /**
   * After each step of a durable tool's call, between its start and its end; several of one call at
   * once where the tool lets them overlap. Before the start of any call that may run again and whose
   * input a hook has replaced, too: `#input`. Give it back as `RecordedCall.steps`.
   */
  onToolStep?(step: CompletedToolStep): Promise<void>;
  /** After each call that is not `pure` ended. */
  onCallEnd?(result: ToolResultChunk): Promise<void>;
  /** At each tool boundary: the queued messages, already committed as chunks of this turn. */
  takeSteering?(): Promise<readonly SteeredMessage[]>;
  /** Keeps a result that was too large to be sent whole; returns the handle that the model is told. */
  keepFullResult?(callId: string, content: readonly ContentPart[]): Promise<string>;
  /** Asks a person. Absent: an `ask` is denied with its reason. The deadline of the call does not run meanwhile. */
  ask?(
    call: ToolCallView,
    question: Extract<CallDecision, { decision: 'ask' }>,
    signal: AbortSignal,
  ): Promise<AskAnswer>;
}

export interface SteeredMessage {
  readonly queueId: string;
  /** As the client sent it, for the event. */
  readonly message: UserInput;
  /** As the model is sent it. */
  readonly content: readonly ContentPart[];
}

/** A step's response, complete before any effect of it. Plain data: it can be stored and handed back. */
export interface StepResponse {
  readonly stepId: string;
  readonly index: number;
  /** The assistant's chunks, calls included, in the order of the stream. */
  readonly chunks: readonly Chunk[];
  readonly finishReason: StepFinishReason;
  readonly usage?: Usage;
  readonly timings?: StepTimings;
}

/** What a step of a durable tool gave (`ToolContext.step`). Plain data. */
export interface ToolStep {
  /** Unique within the call. */
  readonly name: string;
  readonly value: JsonValue;
}

export interface CompletedToolStep extends ToolStep {
  /** Of the turn. */
  readonly stepId: string;
  readonly callId: string;
}

export interface StepTimings {
  readonly ttftMs: number;
  readonly decodeMs: number;
  readonly genTotalMs: number;
}

export interface CompletedStep {
  readonly stepId: string;
  readonly index: number;
  /** All of the step: the response's, then the results in the order of their calls, then an `error` chunk where it failed. */
  readonly chunks: readonly RoledChunk[];
  readonly finishReason: StepFinishReason;
  readonly usage?: Usage;
  readonly timings?: StepTimings;
  readonly toolCalls: number;
  /** Set on the turn's last step, where that is known: commit the end with the step. */
  readonly end?: TurnEnd;
}

export interface TurnEnd {
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  readonly durationMs: number;
  readonly contextSize?: number;
}

/** Where a turn goes on after its host was lost or it was put away. */
export interface TurnResume {
  /** The step to begin with; those before it are committed and in the history. */
  readonly stepIndex: number;
  /** Sum over the committed steps. */
  readonly usage?: Usage;
  /** What the turn has taken so far. */
  readonly durationMs?: number;
  /** The step's response was recorded: it is told again and the turn begins at its tool phase. */
  readonly response?: StepResponse;
  /** What is known of that response's calls. A call that is not named had not started, or is `pure`. */
  readonly calls?: readonly RecordedCall[];
  /**
   * What the turn has committed, oldest first: a turn that goes round in circles is found as if it
   * had never been interrupted. Absent: only what it does from now on counts.
   */
  readonly committed?: readonly Chunk[];
}

export interface RecordedCall {
  readonly callId: string;
  /** Absent: it had started and is not known to have ended. */
  readonly result?: ToolResultChunk;
  /** What `onToolStep` was told of the call, in any order. */
  readonly steps?: readonly ToolStep[];
}

export interface TurnOutcome {
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  readonly durationMs: number;
  readonly contextSize?: number;
  readonly error?: TurnError;
  /** Steps that were committed by this run. */
  readonly steps: number;
  /** What the turn added to the history, its own message included. */
  readonly messages: readonly Message[];
  /** The turn was put away: no `done` was told, `finishReason` means nothing. */
  readonly isSuspended?: true;
  /** The end was handed over with the last step (`CompletedStep.end`). */
  readonly isEndCommitted: boolean;
}
