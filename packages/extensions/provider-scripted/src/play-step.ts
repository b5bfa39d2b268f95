import type { ProviderError, ProviderEvent } from '@dispatch/kernel';
import { cutText } from './cut-text.ts';
import { callsTool, type ErrorItem, type SayItem, type ScriptStep } from './script.ts';

/** A beat of a step: what is said at once, after a wait. */
export interface Beat {
  readonly afterMs: number;
  /** The wait runs from when the beat before was due: what a timer is late by does not add up. */
  readonly isPaced?: true;
  readonly events: readonly ProviderEvent[];
}

/** What ends a step, when its beats are over. */
export type StepEnd =
  | { readonly type: 'error'; readonly error: ProviderError }
  | { readonly type: 'finish'; readonly reason: 'stop' | 'tool-calls' };

/** A step as one attempt meets it. Pure: waiting is the caller's. */
export function playStep(
  step: ScriptStep,
  attempt: number,
): { readonly beats: Iterable<Beat>; readonly end: StepEnd } {
  const cut = step.findIndex((item) => item.type === 'error' && attempt <= item.times);
  const error = step[cut];
  const end: StepEnd =
    error?.type === 'error'
      ? { type: 'error', error: providerError(error) }
      : { type: 'finish', reason: callsTool(step) ? 'tool-calls' : 'stop' };
  return { beats: beatsOf(cut < 0 ? step : step.slice(0, cut)), end };
}

function* beatsOf(step: ScriptStep): Iterable<Beat> {
  for (const item of step) {
    if (item.type === 'wait') yield { afterMs: item.delayMs, events: [] };
    else if (item.type === 'text' || item.type === 'reasoning') yield* beatsOfText(item);
    else if (item.type === 'tool') {
      const inputText = JSON.stringify(item.input);
      const call = { type: 'tool-call', name: item.name, inputText } as const;
      yield { afterMs: 0, events: [{ type: 'tool-input-start' }, call] };
    }
  }
}

/** The first of several pieces comes at once; one that is alone waits for its delay. */
function* beatsOfText({ type, text, pieces, delayMs }: SayItem): Iterable<Beat> {
  const eventType = type === 'text' ? 'text-delta' : 'reasoning-delta';
  const [first, ...rest] = cutText(text, pieces);
  if (first === undefined) return;
  yield { afterMs: pieces === 1 ? delayMs : 0, events: [{ type: eventType, delta: first }] };
  for (const delta of rest) {
    yield { afterMs: delayMs, isPaced: true, events: [{ type: eventType, delta }] };
  }
}

function providerError({ status, retryAfterMs, message }: ErrorItem): ProviderError {
  const words = message ?? 'the script says so';
  return {
    code: 'provider-error',
    message:
      status === undefined ? `The connection failed: ${words}` : `Status ${status}: ${words}`,
    retryable: status === undefined || isRetryable(status),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** KERNEL.md rule 6. */
function isRetryable(status: number): boolean {
  return status >= 500 || status === 429 || status === 409 || status === 408;
}
