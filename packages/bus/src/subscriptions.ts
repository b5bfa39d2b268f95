type Listener = (message: string) => void;
/** An object per subscription, so that one function may be subscribed twice. */
type Subscription = { listener: Listener | undefined };

/** Who listens on this member. */
export function createSubscriptions(onThrow: (error: unknown) => void) {
  const topics = new Map<string, Set<Subscription>>();
  return {
    /** The returned function ends it, and says whether it was the topic's last. */
    add(topic: string, listener: Listener): () => boolean {
      const subscription: Subscription = { listener };
      const present = topics.get(topic) ?? new Set();
      topics.set(topic, present.add(subscription));
      return () => {
        subscription.listener = undefined;
        if (!present.delete(subscription) || present.size > 0) return false;
        topics.delete(topic);
        return true;
      };
    },
    tell(topic: string, message: string): void {
      for (const { listener } of topics.get(topic) ?? []) {
        try {
          listener?.(message);
        } catch (error) {
          onThrow(error);
        }
      }
    },
    clear: () => topics.clear(),
  };
}
