import type { ServerFrame } from '@dispatch/wire';
import { DispatchError } from '../dispatch-error.ts';
import type { ConversationNotice } from './connection.ts';
import { createItemQueue, type ItemQueue } from './item-queue.ts';

const capacity = 1000;

export interface ConversationWatch {
  open(workspaceId: string | undefined): AsyncIterable<ConversationNotice> & { close(): void };
  /** The socket is open: subscribe, and tell of what may have been missed. */
  resume(): void;
  receive(frame: ServerFrame): void;
  end(error: Error): void;
}

/** The changes of conversations on one connection, for one reader at a time. */
export function createConversationWatch(
  request: (op: string, fields: object) => Promise<unknown>,
): ConversationWatch {
  let current:
    | { readonly fields: object; readonly queue: ItemQueue<ConversationNotice>; isResumed: boolean }
    | undefined;

  const push = (notice: ConversationNotice) => {
    if (current === undefined || current.queue.push(notice)) return;
    // Too slow: what waits is worth no more than a list of them all.
    current.queue.clear();
    current.queue.push({ type: 'missed' });
  };
  const subscribe = async (fields: object, queue: ItemQueue<ConversationNotice>) => {
    try {
      await request('conversations.subscribe', fields);
    } catch (error) {
      // A lost connection subscribes again when it is back.
      if (error instanceof DispatchError && error.code !== 'connection-failed') queue.end(error);
    }
  };

  return {
    open(workspaceId) {
      if (current !== undefined) {
        throw new DispatchError('already-subscribed', 'Conversations are watched already.');
      }
      const queue = createItemQueue<ConversationNotice>(capacity);
      const fields = workspaceId === undefined ? {} : { workspaceId };
      const own = { fields, queue, isResumed: false };
      current = own;
      const close = () => {
        queue.end();
        if (current !== own) return;
        current = undefined;
        request('conversations.unsubscribe', fields).catch(() => {});
      };
      return {
        close,
        async *[Symbol.asyncIterator]() {
          try {
            for (;;) {
              const notice = await queue.next();
              if (notice === undefined) return;
              yield notice;
            }
          } finally {
            close();
          }
        },
      };
    },
    resume() {
      if (current === undefined) return;
      if (current.isResumed) push({ type: 'missed' });
      current.isResumed = true;
      void subscribe(current.fields, current.queue);
    },
    receive(frame) {
      if (frame.type === 'conversation.changed') {
        push({ type: 'changed', conversation: frame.conversation });
      } else if (frame.type === 'conversation.deleted') {
        push({ type: 'deleted', conversationId: frame.conversationId });
      }
    },
    end(error) {
      current?.queue.end(error);
    },
  };
}
