import type { Conversation, Subscription } from '@dispatch/contracts';
import { type FrameId, tellConversation, tellHistory } from '@dispatch/wire';

/** Texts of the frames that the host sends (WIRE.md section 5). Stored and shared texts are put in as they are. */

export function ackText(id: FrameId, fields: Readonly<Record<string, unknown>> = {}): string {
  const head = { type: 'ack', id };
  // First in the text, and not to be changed by what an extension answers.
  return JSON.stringify({ ...head, ...fields, ...head });
}

export function errorText(id: FrameId | null, code: string, message: string): string {
  return JSON.stringify({ type: 'error', id, error: { code, message } });
}

export function pongText(id: FrameId): string {
  return JSON.stringify({ type: 'pong', id });
}

/** What stands before the event in each `chat.delta` of a conversation; `}` ends it. */
export function deltaStart(conversationId: string): string {
  return `{"type":"chat.delta","conversationId":${JSON.stringify(conversationId)},"event":`;
}

export function resyncText(conversationId: string, lastSeq: number): string {
  return JSON.stringify({ type: 'chat.resync', conversationId, lastSeq });
}

export function snapshotText(
  conversationId: string,
  snapshot: NonNullable<Subscription['snapshot']>,
): string {
  const head = `{"type":"chat.snapshot","conversationId":${JSON.stringify(conversationId)}`;
  return `${head},"firstSeq":${snapshot.firstSeq},${tellHistory(snapshot)}}`;
}

export function changedText(conversation: Conversation): string {
  const told = tellConversation(conversation);
  return JSON.stringify({ type: 'conversation.changed', conversation: told });
}

export function deletedText(conversationId: string): string {
  return JSON.stringify({ type: 'conversation.deleted', conversationId });
}
