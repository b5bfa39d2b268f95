import { applyItem, type Client, type ConversationView, emptyView } from '@dispatch/client';

/** Follows a conversation over a socket, turn after turn. */
export interface Watcher {
  /** What it has seen once it has seen all up to `lastSeq`, or all that it saw `withinMs` later. */
  seen(lastSeq: number, withinMs: number): Promise<ConversationView>;
  close(): void;
}

/** The conversation has to exist. `onFailure` is called where the subscription ends by itself. */
export function watchConversation(
  client: Client,
  conversationId: string,
  onFailure: (error: unknown) => void,
): Watcher {
  const connection = client.connect();
  const subscription = connection.subscribe(conversationId);
  let view = emptyView;
  let notify = () => {};
  const read = async () => {
    for await (const item of subscription) {
      view = applyItem(view, item);
      notify();
    }
  };
  read().catch(onFailure);

  return {
    seen(lastSeq, withinMs) {
      return new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          notify = () => {};
          resolve(view);
        };
        const timer = setTimeout(finish, withinMs);
        notify = () => {
          const isQuiet = view.turns.every(({ state }) => state === 'sealed');
          if (view.lastSeq >= lastSeq && isQuiet) finish();
        };
        notify();
      });
    },
    close() {
      subscription.close();
      connection.close();
    },
  };
}
