import { CodedError, type Conversations } from '@dispatch/contracts';
import { type FrameFields, type FrameId, type FrameOp, frameFields } from '@dispatch/wire';
import type { ChatSubscriptions } from './chat-subscriptions.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import { ackText, pongText } from './frame-texts.ts';
import type { Outbox } from './outbox.ts';

/** What an op may touch of its socket. */
export interface OpSurroundings {
  readonly conversations: Conversations;
  readonly chats: ChatSubscriptions;
  readonly feed: ConversationFeed;
  readonly outbox: Outbox;
}

/** The ops of WIRE.md section 5 that need no extension. */
export const ownOps = [
  'chat.send',
  'chat.subscribe',
  'chat.unsubscribe',
  'chat.queue',
  'chat.abort',
  'conversations.subscribe',
  'conversations.unsubscribe',
  'ping',
] as const satisfies readonly FrameOp[];

export type OwnOp = (typeof ownOps)[number];

/** Serves a frame and answers it. A method, so that one table can hold them all. Rejects with coded errors. */
type OpHandler<Op extends OwnOp> = {
  handle(to: OpSurroundings, id: FrameId, fields: FrameFields<Op>): void | Promise<void>;
};

/** Conversations that one socket may follow. */
const maxFollowed = 16_384;

const handlers: { readonly [Op in OwnOp]: OpHandler<Op> } = {
  'chat.send': {
    async handle({ conversations, chats, outbox }, id, fields) {
      refuseTooMany(chats, fields.conversationId);
      // Of a conversation that is followed already the deltas come by themselves; after the ack.
      const release = chats.hold(fields.conversationId ?? '');
      try {
        const { conversationId, turnId } = await conversations.startTurn(fields);
        const ack = () => outbox.send(ackText(id, { conversationId, turnId }));
        if (chats.has(conversationId)) ack();
        else await chats.subscribe({ conversationId, turnId }, ack);
      } finally {
        release();
      }
    },
  },
  'chat.subscribe': {
    async handle({ chats, outbox }, id, fields) {
      refuseTooMany(chats, fields.conversationId);
      await chats.subscribe(fields, () => outbox.send(ackText(id)));
    },
  },
  'chat.unsubscribe': {
    handle({ chats, outbox }, id, { conversationId }) {
      chats.unsubscribe(conversationId);
      outbox.send(ackText(id));
    },
  },
  'chat.queue': {
    async handle({ conversations, outbox }, id, fields) {
      const { queueId, position } = await conversations.queueMessage(fields);
      outbox.send(ackText(id, { queueId, position }));
    },
  },
  'chat.abort': {
    async handle({ conversations, outbox }, id, { conversationId }) {
      const { turnId } = await conversations.abort(conversationId);
      outbox.send(ackText(id, { turnId }));
    },
  },
  'conversations.subscribe': {
    handle({ feed, outbox }, id, { workspaceId }) {
      outbox.send(ackText(id));
      feed.subscribe(workspaceId);
    },
  },
  'conversations.unsubscribe': {
    handle({ feed, outbox }, id, { workspaceId }) {
      feed.unsubscribe(workspaceId);
      outbox.send(ackText(id));
    },
  },
  ping: {
    handle({ outbox }, id) {
      outbox.send(pongText(id));
    },
  },
};

function refuseTooMany(chats: ChatSubscriptions, conversationId: string | undefined): void {
  const isFollowed = conversationId !== undefined && chats.has(conversationId);
  if (isFollowed || chats.size() < maxFollowed) return;
  throw new CodedError('overloaded', {
    message: `A socket follows ${maxFollowed} conversations at most: open another one, or unsubscribe.`,
  });
}

/** The schema of an op's fields, and what serves them once they passed it. */
export function ownOp(op: OwnOp): {
  readonly schema: (typeof frameFields)[OwnOp];
  handle(to: OpSurroundings, id: FrameId, fields: unknown): void | Promise<void>;
} {
  const handler: {
    handle(to: OpSurroundings, id: FrameId, fields: unknown): void | Promise<void>;
  } = handlers[op];
  return { schema: frameFields[op], handle: handler.handle };
}
