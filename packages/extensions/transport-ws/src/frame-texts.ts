import type { Conversation, StoredChunk, Subscription } from '@dispatch/contracts';
import type { FrameId, Conversation as WireConversation } from '@dispatch/wire';

/** Texts of the frames that the host sends (WIRE.md section 5). Stored and shared texts are put in as they are. */

export function ackText(id: FrameId, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...fields, type: 'ack', id });
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
  const { chunks, firstSeq, lastSeq, activeTurn } = snapshot;
  const head = `{"type":"chat.snapshot","conversationId":${JSON.stringify(conversationId)}`;
  const place = `"firstSeq":${firstSeq},"lastSeq":${lastSeq},"activeTurn":${JSON.stringify(activeTurn)}`;
  return `${head},"chunks":[${chunks.map(chunkText).join()}],${place}}`;
}

function chunkText({ seq, turnId, role, createdAt, json }: StoredChunk): string {
  return `{"seq":${seq},"turnId":${JSON.stringify(turnId)},"role":"${role}","createdAt":"${isoTime(createdAt)}","chunk":${json}}`;
}

export function changedText(conversation: Conversation): string {
  const view: WireConversation = {
    conversationId: conversation.conversationId,
    title: conversation.title ?? null,
    model: conversation.model ?? null,
    system: conversation.system ?? null,
    workspaceId: conversation.workspaceId ?? null,
    cwd: conversation.cwd ?? null,
    computerId: conversation.computerId ?? null,
    mode: conversation.mode ?? null,
    status: conversation.status,
    lastSeq: conversation.lastSeq,
    createdAt: isoTime(conversation.createdAt),
    updatedAt: isoTime(conversation.updatedAt),
  };
  return JSON.stringify({ type: 'conversation.changed', conversation: view });
}

export function deletedText(conversationId: string): string {
  return JSON.stringify({ type: 'conversation.deleted', conversationId });
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
