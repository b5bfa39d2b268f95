import type { ContentPart } from './content.ts';
import type { JsonValue } from './json.ts';

/**
 * What a provider is sent. Messages are immutable: the same object stands for the same message in
 * every later request of the turn, so a provider may cache by identity (a `WeakMap`).
 */
export type Message = UserMessage | AssistantMessage | ToolMessage;

export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly ContentPart[];
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly AssistantPart[];
}

/** The results of one step's calls, in the order of the calls. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: readonly ToolResultPart[];
}

export type AssistantPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string; readonly providerData?: JsonValue }
  | {
      readonly type: 'tool-call';
      readonly callId: string;
      readonly name: string;
      readonly input: JsonValue;
    };

export interface ToolResultPart {
  readonly callId: string;
  readonly name: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}
