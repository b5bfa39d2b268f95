import { parseCursor, type ServerFrame, type ServerFrameOf } from '@dispatch/wire';
import { backoffMs } from '../backoff.ts';
import { DispatchError, isTransient } from '../dispatch-error.ts';
import type { Requester, RequesterOptions } from '../http/requester.ts';
import { mintId } from '../mint-id.ts';
import type { Connection } from './connection.ts';
import { createConversationWatch } from './conversation-watch.ts';
import { type FollowedConversation, followConversation } from './followed-conversation.ts';
import { createPendingRequests } from './pending.ts';
import { type SocketSession, startSession } from './socket-session.ts';

export function openConnection(requester: Requester, options: RequesterOptions): Connection {
  const followed = new Map<string, FollowedConversation>();
  const pending = createPendingRequests((text) => session?.send(text) ?? false);
  const closed = new AbortController();
  let session: SocketSession | undefined;
  let failure: Error | undefined;
  let attempt = 0;

  const request = (op: string, fields: object, isRepeatable: boolean, onAck?: () => void) => {
    if (failure !== undefined) return Promise.reject(failure);
    return pending.request(op, fields, isRepeatable, onAck);
  };
  // What is followed is asked for again at each opening, so it must not wait for one.
  const requestIfOpen = async (op: string, fields: object, onAck?: () => void) => {
    if (session?.isOpen()) return request(op, fields, false, onAck);
    throw new DispatchError('connection-failed', 'The connection is not open.');
  };
  const watch = createConversationWatch(requestIfOpen);

  const fail = (error: Error) => {
    failure ??= error;
    closed.abort();
    session?.end();
    for (const conversation of [...followed.values()]) conversation.end(error);
    watch.end(error);
    pending.failAll(error);
  };

  const receive = (frame: ServerFrame) => {
    attempt = 0;
    switch (frame.type) {
      case 'ack':
      case 'error':
        pending.settle(frame);
        return;
      case 'chat.snapshot':
      case 'chat.delta':
      case 'chat.resync':
        followed.get(frame.conversationId)?.receive(frame);
        return;
      default:
        watch.receive(frame);
    }
  };

  const run = async () => {
    while (!closed.signal.aborted) {
      session = startSession(options, {
        open() {
          // Before what waits to be sent: its events are told to those who follow by then.
          for (const conversation of followed.values()) conversation.resume();
          watch.resume();
          pending.flush();
        },
        frame: receive,
      });
      const hasOpened = await session.ended;
      pending.lose();
      if (closed.signal.aborted) return;
      if (!hasOpened) {
        const refusal = await refusalOf(requester);
        if (refusal !== undefined) return fail(refusal);
      }
      await options.sleep(backoffMs(attempt, options.random), closed.signal);
      attempt += 1;
    }
  };

  const follow = (conversationId: string, start: Parameters<typeof followConversation>[1]) => {
    const conversation: FollowedConversation = followConversation(conversationId, start, {
      subscribe: (fields, onAck) => requestIfOpen('chat.subscribe', fields, onAck),
      reconnect: () => session?.end(),
      forget() {
        if (followed.get(conversationId) !== conversation) return;
        followed.delete(conversationId);
        requestIfOpen('chat.unsubscribe', { conversationId }).catch(() => {});
      },
    });
    followed.set(conversationId, conversation);
    return conversation;
  };

  void run();

  return {
    subscribe(conversationId, { cursor: text, sinceSeq } = {}) {
      if (followed.has(conversationId)) {
        throw new DispatchError('already-subscribed', `${conversationId} is followed already.`);
      }
      const cursor = text === undefined ? undefined : parseCursor(text);
      const conversation = follow(conversationId, {
        ...(cursor === undefined ? {} : { cursor }),
        ...(sinceSeq === undefined ? {} : { sinceSeq }),
      });
      if (session?.isOpen()) conversation.resume();
      return conversation.subscription;
    },
    async send(message) {
      const conversationId = message.conversationId ?? mintId(options.random);
      const fields = { idempotencyKey: mintId(options.random), ...message, conversationId };
      const before = followed.get(conversationId);
      const conversation = before ?? follow(conversationId, {});
      if (before === undefined) conversation.starting();
      try {
        const ack = await request('chat.send', fields, true);
        return {
          conversationId,
          turnId: textOf(ack, 'turnId'),
          subscription: conversation.subscription,
        };
      } catch (error) {
        if (before === undefined) conversation.end();
        throw error;
      } finally {
        conversation.started();
      }
    },
    async queue(conversationId, message) {
      const fields = { idempotencyKey: mintId(options.random), ...message, conversationId };
      const ack = await request('chat.queue', fields, true);
      return { queueId: textOf(ack, 'queueId'), position: Number(ack.position) };
    },
    async abort(conversationId) {
      return { turnId: textOf(await request('chat.abort', { conversationId }, false), 'turnId') };
    },
    async resolveApproval(approvalId, approval) {
      await request('approval.resolve', { ...approval, approvalId }, false);
    },
    watch(workspaceId) {
      const notices = watch.open(workspaceId);
      if (session?.isOpen()) watch.resume();
      return notices;
    },
    close() {
      fail(new DispatchError('closed', 'The connection was closed.'));
    },
  };
}

function textOf(ack: ServerFrameOf<'ack'>, field: string): string {
  const value = ack[field];
  if (typeof value === 'string') return value;
  throw new DispatchError('bad-response', `The answer of the host has no \`${field}\`.`);
}

/** Why a socket does not open: a socket itself never tells. Undefined where trying again may help. */
async function refusalOf(requester: Requester): Promise<Error | undefined> {
  try {
    await requester.open('/conversations', { query: { limit: 1 } });
    return undefined;
  } catch (error) {
    return error instanceof DispatchError && !isTransient(error) && isRefusal(error)
      ? error
      : undefined;
  }
}

function isRefusal(error: DispatchError): boolean {
  return error.status === 401 || error.status === 403;
}
