import type { Conversation } from '@dispatch/wire';
import { oneLine } from './printable.ts';
import { formatTable } from './table.ts';

/** Conversations as a table: id, status, last change, number of chunks, title. */
export function describeConversations(conversations: readonly Conversation[]): string[] {
  return formatTable(
    conversations.map(({ conversationId, status, updatedAt, lastSeq, model, title }) => [
      conversationId,
      status,
      shortTime(updatedAt),
      String(lastSeq),
      model ?? '-',
      oneLine(title ?? '', 60),
    ]),
  );
}

/** `2026-11-21 10:04:31`, in UTC as the host tells it. */
export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
