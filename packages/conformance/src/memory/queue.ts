import type { EnqueueRecord, EnqueueResult } from '@dispatch/contracts';
import { CodedError } from '@dispatch/contracts';
import { adoptBlobs } from './blob-owners.ts';
import { openConversation } from './conversations.ts';
import type { MemoryState } from './state.ts';

export function enqueue(state: MemoryState, record: EnqueueRecord): EnqueueResult {
  const { queueId, messageJson, chunks, at } = record;
  const conversation = openConversation(state, record.conversationId, record.create, at);
  const isIdle = conversation.running === undefined;
  const entry = conversation.idempotency.get(`queue:${record.idempotencyKey}`);
  if (entry !== undefined) {
    const isRepeated = entry.id !== queueId;
    return { queueId: entry.id, position: entry.position, isRepeated, isIdle };
  }
  const known = conversation.positions.get(queueId);
  if (known !== undefined) return { queueId, position: known, isRepeated: false, isIdle };
  if (conversation.queue.length >= record.limit) {
    throw new CodedError('queue-full', {
      message: `${conversation.queue.length} messages wait already.`,
    });
  }
  adoptBlobs(state, record.conversationId, record.blobIds);
  state.conversations.set(conversation.conversationId, conversation);
  conversation.queue = [...conversation.queue, { queueId, messageJson, chunks, createdAt: at }];
  const position = conversation.queue.length;
  conversation.positions.set(queueId, position);
  conversation.updatedAt = Math.max(conversation.updatedAt, at);
  if (record.idempotencyKey !== undefined) {
    conversation.idempotency.set(`queue:${record.idempotencyKey}`, { id: queueId, position, at });
  }
  return { queueId, position, isRepeated: false, isIdle };
}

export function removeQueued(state: MemoryState, conversationId: string, queueId: string): boolean {
  const conversation = state.conversations.get(conversationId);
  if (conversation === undefined) return false;
  const left = conversation.queue.filter((message) => message.queueId !== queueId);
  const wasThere = left.length < conversation.queue.length;
  conversation.queue = left;
  return wasThere;
}

export function listStrandedQueues(state: MemoryState, limit: number): readonly string[] {
  return [...state.conversations.values()]
    .filter((one) => one.queue.length > 0 && one.running === undefined)
    .slice(0, limit)
    .map((one) => one.conversationId);
}

export function dropIdempotencyKeys(state: MemoryState, before: number): number {
  let dropped = 0;
  for (const { idempotency } of state.conversations.values()) {
    for (const [key, entry] of idempotency) {
      if (entry.at >= before) continue;
      idempotency.delete(key);
      dropped += 1;
    }
  }
  return dropped;
}
