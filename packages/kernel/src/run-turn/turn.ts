import { type BodyChain, createBodyChain } from '../body-chain.ts';
import type { ToolCallChunk } from '../chunk.ts';
import type { ContentPart } from '../content.ts';
import type { TurnError, TurnEvent } from '../event.ts';
import type { ToolCallView } from '../hooks.ts';
import type { Span } from '../logging.ts';
import type { Message } from '../message.ts';
import { appendUserContent } from '../messages-from-chunks.ts';
import type { Tool } from '../tool.ts';
import { createToolset, type Toolset } from '../toolset.ts';
import { addUsage, type Usage } from '../usage.ts';
import { AbortWatch } from './abort-watch.ts';
import { endedSteps } from './ended-steps.ts';
import { standardLimits } from './limits.ts';
import type { RunTurnOptions, TurnLimits } from './options.ts';
import { RepetitionGuard } from './repetition.ts';
import { Semaphore } from './semaphore.ts';
import { TurnTimer } from './turn-timer.ts';

/** What the parts of one running turn share. */
export class Turn {
  readonly options: RunTurnOptions;
  readonly limits: TurnLimits;
  /** Grows by its end; the same array in every request. */
  readonly messages: Message[];
  readonly toolset: Toolset;
  readonly abort: AbortWatch;
  /** Deadlines of calls, silence of the provider. */
  readonly timer: TurnTimer;
  readonly guard: RepetitionGuard;
  readonly semaphore: Semaphore;
  readonly span: Span;
  /** Of the prompts: each step's is told as what it adds. */
  promptChain: BodyChain = createBodyChain();
  /** Of `messages`: how many the prompt chain has told. */
  promptedMessages = 0;
  usage: Usage | undefined;
  /** Of the last step: what it now occupies of the model's window. */
  contextSize: number | undefined;
  committedSteps = 0;
  #takenCallIds: Set<string> | undefined;
  /** What this run added, as far as it does not stand in `messages` from `#addedFrom` on. */
  readonly #addedBefore: Message[] = [];
  #addedFrom: number;
  readonly #startedAt: number;
  #overAt = 0;

  constructor(options: RunTurnOptions) {
    this.options = options;
    this.limits = { ...standardLimits, ...options.limits };
    this.messages = [...options.history];
    this.#addedFrom = this.messages.length;
    this.toolset = 'definitions' in options.tools ? options.tools : createToolset(options.tools);
    this.abort = new AbortWatch(options.signal);
    this.timer = new TurnTimer(options.runtime);
    this.guard = new RepetitionGuard(this.limits);
    for (const step of endedSteps(options.resume?.committed ?? [], this.toolset.tools)) {
      this.guard.addStep(step);
    }
    this.semaphore = new Semaphore(this.limits.maxConcurrency);
    this.usage = options.resume?.usage;
    this.#startedAt = this.now() - (options.resume?.durationMs ?? 0);
    this.abort.onOver(() => {
      this.#overAt = this.now();
    });
    this.span = options.logger.openSpan('turn', {
      ...(options.parentSpan === undefined ? {} : { parent: options.parentSpan }),
      conversationId: options.conversationId,
      turnId: options.turnId,
      attributes: { provider: options.provider.id, model: options.model },
    });
  }

  /** Milliseconds; stands still where the turn was given no clock. */
  now(): number {
    return this.options.runtime.now?.() ?? 0;
  }

  get hasClock(): boolean {
    return this.options.runtime.now !== undefined;
  }

  get durationMs(): number {
    return roundMs(this.now() - this.#startedAt);
  }

  /** How long an abort still waits for what is under way. */
  get graceLeftMs(): number {
    return Math.max(0, this.limits.abortGraceMs - (this.now() - this.#overAt));
  }

  /** What this run added to the history. */
  get added(): Message[] {
    return [...this.#addedBefore, ...this.messages.slice(this.#addedFrom)];
  }

  /** The message that starts the turn joins a history that ends with an unanswered one. */
  addOwnMessage(content: readonly ContentPart[]): void {
    if (content.length === 0) return;
    const isJoined = this.messages.at(-1)?.role === 'user';
    appendUserContent(this.messages, content);
    if (!isJoined) return;
    this.#addedBefore.push({ role: 'user', content });
    this.#addedFrom = this.messages.length;
  }

  /** Compaction: what the model is sent from now on. */
  replaceMessages(messages: readonly Message[]): void {
    this.#addedBefore.push(...this.messages.slice(this.#addedFrom));
    this.messages.splice(0, this.messages.length, ...messages);
    this.#addedFrom = this.messages.length;
    this.promptChain = createBodyChain();
    this.promptedMessages = 0;
  }

  /** Without secrets. A redactor that fails lets nothing through. */
  redacted(text: string): string {
    try {
      return this.options.redactor?.redact(text) ?? text;
    } catch {
      return '[left out: it could not be searched for secrets]';
    }
  }

  emit(event: TurnEvent): void {
    try {
      this.options.emit(event);
    } catch {
      // Who listens is no reason for the turn to fail.
    }
  }

  /** An id for a call that is unique in the conversation: the provider's own where it is usable. */
  claimCallId(wanted: string | undefined): string {
    this.#takenCallIds ??= callIdsOf(this.options.history);
    const taken = this.#takenCallIds;
    let callId = wanted;
    for (let tries = 0; callId === undefined || !usableId.test(callId) || taken.has(callId); ) {
      // A source of ids that repeats itself must not hold the turn up for ever.
      callId = tries < 8 ? this.options.runtime.newCallId() : `call_${taken.size + tries}`;
      tries += 1;
    }
    taken.add(callId);
    return callId;
  }

  /** Returns what takes it back, for a step that can not be committed. */
  addUsage(usage: Usage | undefined): () => void {
    const before = { usage: this.usage, contextSize: this.contextSize };
    this.usage = addUsage(this.usage, usage);
    this.contextSize = usage === undefined ? undefined : usage.inputTokens + usage.outputTokens;
    return () => {
      this.usage = before.usage;
      this.contextSize = before.contextSize;
    };
  }

  viewCall(call: ToolCallChunk, tool: Tool, input: ToolCallView['input']): ToolCallView {
    const { conversationId, turnId, cwd, computerId } = this.options;
    return {
      conversationId,
      turnId,
      stepId: call.stepId,
      callId: call.callId,
      name: tool.name,
      input,
      tool,
      ...(cwd === undefined ? undefined : { cwd }),
      ...(computerId === undefined ? undefined : { computerId }),
    };
  }

  warn(message: string, error: unknown, hook: string): void {
    const attributes = { hook, error: this.redacted(describeError(error)) };
    this.options.logger.warn(message, attributes, this.span.context);
  }
}

const usableId = /^[A-Za-z0-9_-]{1,64}$/;

function callIdsOf(messages: readonly Message[]): Set<string> {
  const taken = new Set<string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const part of message.content) if (part.type === 'tool-call') taken.add(part.callId);
  }
  return taken;
}

/** A turn's own error, not worth another attempt. */
export function turnError(code: string, message: string): TurnError {
  return { code, message, retryable: false };
}

export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'a value that can not be shown';
  }
}

/** Microseconds are as fine as a clock's reading means anything. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
