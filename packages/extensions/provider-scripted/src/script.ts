import type { JsonValue } from '@dispatch/kernel';

/** A text or a reasoning, in so many pieces, `delayMs` apart. */
export interface SayItem {
  readonly type: 'text' | 'reasoning';
  readonly text: string;
  readonly pieces: number;
  readonly delayMs: number;
}

/** What the provider's first `times` attempts at the step meet at this place. No status: the connection fails. */
export interface ErrorItem {
  readonly type: 'error';
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly message?: string;
  readonly times: number;
}

/** One thing that the model does in a step (HOST.md, "The scripted provider's language"). */
export type ScriptItem =
  | SayItem
  | ErrorItem
  | { readonly type: 'tool'; readonly name: string; readonly input: JsonValue }
  | { readonly type: 'wait'; readonly delayMs: number };

export type ScriptStep = readonly ScriptItem[];

export type ParsedScript =
  | { readonly ok: true; readonly steps: readonly ScriptStep[] }
  | { readonly ok: false; readonly message: string };

export function callsTool(step: ScriptStep): boolean {
  return step.some(({ type }) => type === 'tool');
}

/** A script of one step that says a text. */
export function textScript(text: string): ParsedScript {
  return { ok: true, steps: [[{ type: 'text', text, pieces: 1, delayMs: 0 }]] };
}
