import { type Cursor, codes, type ServerFrame } from '@dispatch/wire';
import { DispatchError } from '../dispatch-error.ts';
import type { FollowItem } from '../http/follow-turn.ts';
import { createChannel } from './channel.ts';
import type { Subscription } from './connection.ts';
import { createItemQueue } from './item-queue.ts';

const capacity = 10_000;

/** What a followed conversation needs of its connection. */
export interface FollowedLink {
  /** Sends `chat.subscribe`; settles with the answer. `onAck` is called before any later frame. */
  subscribe(fields: object, onAck: () => void): Promise<unknown>;
  reconnect(): void;
  /** The reader has left. */
  forget(): void;
}

export interface FollowedConversation {
  readonly subscription: Subscription;
  /** The socket is open: subscribe, from the cursor where there is one. */
  resume(): void;
  /** A `chat.send` is under way that subscribes by itself: `resume` waits for `started`. */
  starting(): void;
  started(): void;
  receive(frame: ServerFrame): void;
  end(error?: Error): void;
}

export function followConversation(
  conversationId: string,
  start: { readonly cursor?: Cursor; readonly sinceSeq?: number },
  link: FollowedLink,
): FollowedConversation {
  const channel = createChannel(start);
  const queue = createItemQueue<FollowItem>(capacity);
  let isStarting = false;
  let isBehind = false;
  let subscribing = 0;

  const subscribe = async (fresh: boolean) => {
    subscribing += 1;
    const attempt = subscribing;
    try {
      await link.subscribe({ conversationId, ...channel.subscribing(fresh) }, () => {
        if (attempt === subscribing) channel.acknowledged(false);
      });
    } catch (error) {
      if (attempt !== subscribing || !(error instanceof DispatchError)) return;
      // A lost connection subscribes again by itself when it is back.
      if (error.code === 'connection-failed') return;
      if (isPassing(error.code)) link.reconnect();
      else end(error);
    }
  };
  const end = (error?: Error) => {
    queue.end(error);
    link.forget();
  };

  return {
    subscription: {
      conversationId,
      close: () => end(),
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) {
            if (isBehind) {
              isBehind = false;
              void subscribe(true);
            }
            const item = await queue.next();
            if (item === undefined) return;
            yield item;
          }
        } finally {
          end();
        }
      },
    },
    resume() {
      // A reader that is behind subscribes when it reads again.
      if (!isStarting && !isBehind) void subscribe(false);
    },
    starting() {
      isStarting = true;
      channel.acknowledged(true);
    },
    started() {
      isStarting = false;
    },
    receive(frame) {
      if (isBehind) return;
      const step = channel.receive(frame);
      if (step.type === 'reconnect') link.reconnect();
      if (step.type === 'resubscribe') void subscribe(true);
      if (step.type === 'deliver' && !queue.push(step.item)) {
        queue.clear();
        isBehind = true;
      }
    },
    end,
  };
}

/** The host may take the same subscription a little later. */
function isPassing(code: string): boolean {
  return Object.entries(codes).some(([name, { status }]) => name === code && status === 503);
}
