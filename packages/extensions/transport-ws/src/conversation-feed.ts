import type { ConversationChange, Conversations } from '@dispatch/contracts';
import { changedText, deletedText } from './frame-texts.ts';
import type { Outbox } from './outbox.ts';

/** What one socket hears of conversations as such. */
export interface ConversationFeed {
  /** Undefined: of all. */
  subscribe(workspaceId: string | undefined): void;
  unsubscribe(workspaceId: string | undefined): void;
  close(): void;
}

/** Changes that wait for a slow reader; of each conversation the last counts. Beyond it the oldest go. */
const maxWaiting = 10_000;

export function createConversationFeed(
  conversations: Pick<Conversations, 'watch'>,
  outbox: Outbox,
): ConversationFeed {
  const workspaces = new Set<string | undefined>();
  const waiting = new Map<string, ConversationChange>();
  let stop: (() => void) | undefined;
  let isFlushing = false;

  const isWanted = (change: ConversationChange) =>
    // Where a deleted one belonged nobody knows any more: all are told.
    change.type === 'deleted' ||
    workspaces.has(undefined) ||
    workspaces.has(change.conversation.workspaceId ?? '');

  const flush = async () => {
    isFlushing = true;
    for (;;) {
      while (outbox.isBlocked()) await outbox.ready();
      const [oldest] = waiting;
      if (oldest === undefined) break;
      const [conversationId, change] = oldest;
      waiting.delete(conversationId);
      outbox.send(textOf(change));
    }
    isFlushing = false;
  };

  const listen = (change: ConversationChange) => {
    if (!isWanted(change)) return;
    if (waiting.size === 0 && !outbox.isBlocked()) {
      outbox.send(textOf(change));
      return;
    }
    const id =
      change.type === 'deleted' ? change.conversationId : change.conversation.conversationId;
    waiting.delete(id);
    waiting.set(id, change);
    const [oldest] = waiting.keys();
    if (waiting.size > maxWaiting && oldest !== undefined) waiting.delete(oldest);
    if (!isFlushing) void flush();
  };

  const close = () => {
    stop?.();
    stop = undefined;
    waiting.clear();
  };

  return {
    subscribe(workspaceId) {
      workspaces.add(workspaceId);
      stop ??= conversations.watch(listen);
    },
    unsubscribe(workspaceId) {
      workspaces.delete(workspaceId);
      if (workspaces.size === 0) close();
    },
    close() {
      workspaces.clear();
      close();
    },
  };
}

function textOf(change: ConversationChange): string {
  return change.type === 'deleted'
    ? deletedText(change.conversationId)
    : changedText(change.conversation);
}
