import type { KeepConversations } from '@dispatch/contracts';
import { compareCodePoints } from './compare-code-points.ts';
import { deleteConversation } from './conversations.ts';
import { listConversationIds } from './inspection.ts';
import type { ConversationState, MemoryState } from './state.ts';

/** Those in which no turn runs and no message waits; the one that was changed last longest ago first. */
function idleConversations(state: MemoryState): ConversationState[] {
  return [...state.conversations.values()]
    .filter((one) => one.running === undefined && one.queue.length === 0)
    .sort(
      (a, b) => a.updatedAt - b.updatedAt || compareCodePoints(a.conversationId, b.conversationId),
    );
}

function deleteAll(
  state: MemoryState,
  conversations: readonly ConversationState[],
): readonly string[] {
  const ids = conversations.map(({ conversationId }) => conversationId);
  for (const conversationId of ids) deleteConversation(state, conversationId);
  return ids;
}

export function deleteIdleConversations(
  state: MemoryState,
  before: number,
  limit: number,
): readonly string[] {
  const idle = idleConversations(state).filter(({ updatedAt }) => updatedAt < before);
  return deleteAll(state, idle.slice(0, limit));
}

export function measureConversations(
  state: MemoryState,
  limit: number,
  afterId: string | undefined,
): string | undefined {
  const ids = listConversationIds(state, limit, afterId);
  for (const conversationId of ids) state.sizes.set(conversationId, sizeOf(state, conversationId));
  return ids.at(-1);
}

function sizeOf(state: MemoryState, conversationId: string): number {
  const chunks = state.conversations.get(conversationId)?.chunks ?? [];
  const records = [...state.records.values()].flatMap((keys) => [...keys.values()]);
  const ownRecords = records.filter((record) => record.conversationId === conversationId);
  const blobs = [...state.blobs.values()].filter(
    ({ info }) => info.conversationId === conversationId,
  );
  return (
    [...chunks, ...ownRecords].reduce((sum, { json }) => sum + Buffer.byteLength(json), 0) +
    blobs.reduce((sum, { info }) => sum + info.size, 0)
  );
}

export function deleteSurplusConversations(
  state: MemoryState,
  { maxBytes = Number.POSITIVE_INFINITY, maxCount = Number.POSITIVE_INFINITY }: KeepConversations,
  limit: number,
): readonly string[] {
  const sizeNoted = (conversationId: string) => state.sizes.get(conversationId) ?? 0;
  let count = state.conversations.size;
  let bytes = [...state.conversations.keys()].reduce((sum, id) => sum + sizeNoted(id), 0);
  const surplus: ConversationState[] = [];
  for (const conversation of idleConversations(state)) {
    if ((count <= maxCount && bytes <= maxBytes) || surplus.length === limit) break;
    surplus.push(conversation);
    count -= 1;
    bytes -= sizeNoted(conversation.conversationId);
  }
  return deleteAll(state, surplus);
}
