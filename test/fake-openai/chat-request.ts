import type { IncomingHttpHeaders } from 'node:http';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly unknown[];
}

/** One request, with what chooses its answer. */
export interface Asked {
  /** Says how to answer. */
  readonly model: string;
  readonly body: ChatRequest;
  /** The body as it came. */
  readonly text: string;
  /** From 1, for the same messages to the same model; counted for `error/…` alone. */
  readonly attempt: number;
  readonly headers: IncomingHttpHeaders;
}

/** Of a content that is text, or parts some of which are. */
export function contentText(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (!Array.isArray(content)) return String(content ?? '');
  return content.map((part) => String(part?.text ?? '')).join('');
}

/** What the user said last. */
export function lastText({ messages }: ChatRequest): string {
  return contentText(messages.findLast(({ role }) => role === 'user'));
}
