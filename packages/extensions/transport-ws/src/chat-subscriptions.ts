import type { Conversations, Follower, SubscribeRequest, Subscription } from '@dispatch/contracts';
import { deltaStart, resyncText, snapshotText } from './frame-texts.ts';
import type { Outbox } from './outbox.ts';

/** The conversations that one socket follows, each at most once. */
export interface ChatSubscriptions {
  /**
   * Follows a conversation; one that is followed already is followed anew. `ack` is called before
   * anything of it is sent. Rejects as `Conversations.subscribe` does, and leaves all as it was then.
   */
  subscribe(request: SubscribeRequest, ack: () => void): Promise<void>;
  unsubscribe(conversationId: string): void;
  has(conversationId: string): boolean;
  /** Sends nothing of this conversation until the returned function is called. */
  hold(conversationId: string): () => void;
  size(): number;
  close(): void;
}

interface Followed {
  readonly follower: Follower;
  /** As long as there are any nothing is sent. */
  readonly holds: Set<Promise<void>>;
}

/** What one read takes from a turn's log. */
const batchBytes = 64 * 1024;

export function createChatSubscriptions(
  conversations: Pick<Conversations, 'subscribe'>,
  outbox: Outbox,
): ChatSubscriptions {
  const followed = new Map<string, Followed>();
  let isClosed = false;
  /** Snapshots are large: of several that are asked for at once one is made at a time. */
  let snapshot: Promise<void> = Promise.resolve();

  const pump = async (conversationId: string, entry: Followed) => {
    const { follower } = entry;
    const start = deltaStart(conversationId);
    for (;;) {
      while (outbox.isBlocked()) await outbox.ready();
      const batch = await follower.next(batchBytes);
      while (outbox.isBlocked()) await outbox.ready();
      while (entry.holds.size > 0) await Promise.all(entry.holds);
      if (batch === undefined || followed.get(conversationId) !== entry) break;
      if ('resync' in batch) outbox.send(resyncText(conversationId, batch.resync.lastSeq));
      else outbox.sendAll(batch.events.map((event) => `${start}${event}}`));
    }
    follower.close();
  };

  const hold = (conversationId: string) => {
    const entry = followed.get(conversationId);
    if (entry === undefined) return () => {};
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.holds.add(promise);
    return () => {
      entry.holds.delete(promise);
      resolve();
    };
  };

  const open = async (request: SubscribeRequest, ack: () => void) => {
    while (outbox.isBlocked()) await outbox.ready();
    // What the subscription before says meanwhile would be newer than what this one begins with.
    const release = hold(request.conversationId);
    try {
      await begin(request, ack);
    } finally {
      release();
    }
  };

  const begin = async (request: SubscribeRequest, ack: () => void) => {
    const subscription = await conversations.subscribe(request);
    if (isClosed) {
      subscription.follower.close();
      return;
    }
    const { conversationId } = request;
    followed.get(conversationId)?.follower.close();
    const entry: Followed = { follower: subscription.follower, holds: new Set() };
    followed.set(conversationId, entry);
    ack();
    outbox.sendAll(openingTexts(conversationId, subscription));
    void pump(conversationId, entry);
  };

  return {
    subscribe(request, ack) {
      const opened = snapshot.then(() => open(request, ack));
      snapshot = opened.catch(() => {});
      return opened;
    },
    unsubscribe(conversationId) {
      followed.get(conversationId)?.follower.close();
      followed.delete(conversationId);
    },
    has: (conversationId) => followed.has(conversationId),
    hold,
    size: () => followed.size,
    close() {
      isClosed = true;
      for (const { follower } of followed.values()) follower.close();
      followed.clear();
    },
  };
}

/** What a subscription begins with: a resync where its cursor is of no use, and a snapshot. */
function openingTexts(
  conversationId: string,
  { isResync, snapshot }: Subscription,
): readonly string[] {
  if (snapshot === undefined) return [];
  const text = snapshotText(conversationId, snapshot);
  return isResync ? [resyncText(conversationId, snapshot.lastSeq), text] : [text];
}
