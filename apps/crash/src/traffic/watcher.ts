import { applyItem, type Client, type ConversationView, emptyView } from '@dispatch/client';
import type { ChatBody } from '@dispatch/wire';

/** Follows a conversation over a socket, turn after turn. */
export interface Watcher {
  /** Starts a turn over the same socket; the socket tells its events. */
  send(message: ChatBody): Promise<{ readonly turnId: string }>;
  /** Resolves when it has seen the turn's seal. Rejects where it does not in time. */
  sealed(turnId: string, withinMs: number): Promise<void>;
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

  /** False where the time is over before it has seen that. */
  const until = (hasSeen: () => boolean, withinMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (isSeen: boolean) => {
        clearTimeout(timer);
        notify = () => {};
        resolve(isSeen);
      };
      const timer = setTimeout(() => finish(false), withinMs);
      notify = () => {
        if (hasSeen()) finish(true);
      };
      notify();
    });

  return {
    send: (message) => connection.send(message),
    async sealed(turnId, withinMs) {
      const isSealed = () =>
        view.turns.some((turn) => turn.turnId === turnId && turn.state === 'sealed');
      if (await until(isSealed, withinMs)) return;
      throw new Error(`who watched did not see the seal of ${turnId} in ${withinMs} ms`);
    },
    async seen(lastSeq, withinMs) {
      const isAll = () =>
        view.lastSeq >= lastSeq && view.turns.every(({ state }) => state === 'sealed');
      await until(isAll, withinMs);
      return view;
    },
    close() {
      subscription.close();
      connection.close();
    },
  };
}
