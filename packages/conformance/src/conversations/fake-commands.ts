import {
  CodedError,
  type Conversation,
  type ConversationPatch,
  type KeepConversations,
  type QueueMessageRequest,
  type StartedTurn,
  type StartTurnRequest,
} from '@dispatch/contracts';
import { type FakeConversation, type FakeState, wake } from './fake-state.ts';

/** What changes a conversation. */
export interface FakeCommands {
  startTurn(request: StartTurnRequest): StartedTurn;
  queueMessage(request: QueueMessageRequest): { queueId: string; position: number };
  removeQueued(conversationId: string, queueId: string): void;
  abort(conversationId: string): { turnId: string };
  update(conversationId: string, patch: ConversationPatch): Conversation;
  remove(conversationId: string): void;
  removeIdle(before: number, limit: number): number;
  removeSurplus(keep: KeepConversations, limit: number): number;
  fork(conversationId: string, atSeq?: number): { conversationId: string; lastSeq: number };
}

export function createFakeCommands(state: FakeState): FakeCommands {
  const { runtime } = state;
  return {
    startTurn(request) {
      const { conversationId = runtime.newId(), message, idempotencyKey } = request;
      const known = state.conversations.get(conversationId);
      const repeated = known?.keys.get(`turn ${idempotencyKey}`);
      if (repeated !== undefined) return { conversationId, turnId: repeated, isRepeated: true };
      if (message === undefined && known === undefined) {
        throw new CodedError('nothing-to-continue', { message: 'There is nothing to go on from.' });
      }
      if (known !== undefined && state.running(known) !== undefined) {
        throw new CodedError('conversation-busy', {
          message: `A turn is running in the conversation ${conversationId}.`,
        });
      }
      const conversation = state.open(conversationId, settingsOf(request));
      const turnId = state.begin(conversation, message, request.model);
      if (idempotencyKey !== undefined) conversation.keys.set(`turn ${idempotencyKey}`, turnId);
      return { conversationId, turnId, isRepeated: false };
    },
    queueMessage({ conversationId, message, idempotencyKey }) {
      const conversation = state.open(conversationId, {});
      const repeated = conversation.keys.get(`queue ${idempotencyKey}`);
      if (repeated !== undefined) return { queueId: repeated, position: 1 };
      if (conversation.queue.length >= 100) {
        throw new CodedError('queue-full', { message: 'A hundred messages wait already.' });
      }
      const queueId = runtime.newId();
      if (idempotencyKey !== undefined) conversation.keys.set(`queue ${idempotencyKey}`, queueId);
      if (state.running(conversation) === undefined) {
        state.begin(conversation, message);
        return { queueId, position: 1 };
      }
      conversation.queue.push({ queueId, message, createdAt: runtime.wallNow() });
      return { queueId, position: conversation.queue.length };
    },
    removeQueued(conversationId, queueId) {
      const conversation = state.find(conversationId);
      const left = conversation.queue.filter((entry) => entry.queueId !== queueId);
      if (left.length === conversation.queue.length) {
        throw new CodedError('queue-item-not-found', {
          message: `There is no queued message ${queueId}.`,
        });
      }
      conversation.queue = left;
    },
    abort(conversationId) {
      const log = state.running(state.find(conversationId));
      if (log === undefined) {
        throw new CodedError('no-active-turn', {
          message: `No turn is running in the conversation ${conversationId}.`,
        });
      }
      state.finish(conversationId, 'aborted');
      return { turnId: log.turnId };
    },
    update(conversationId, patch) {
      const conversation = state.find(conversationId);
      const merged = Object.entries({ ...conversation.settings, ...patch });
      conversation.settings = Object.fromEntries(
        merged.filter(([, value]) => value !== null && value !== undefined),
      );
      state.changed(conversation);
      return state.view(conversation);
    },
    remove(conversationId) {
      const conversation = state.find(conversationId);
      conversation.queue = [];
      if (state.running(conversation) !== undefined) state.finish(conversationId, 'aborted');
      state.conversations.delete(conversationId);
      wake(conversation);
      for (const listener of state.listeners) listener({ type: 'deleted', conversationId });
    },
    removeIdle(before, limit) {
      const idle = idlest(state).filter(({ updatedAt }) => updatedAt < before);
      for (const { conversationId } of idle.slice(0, limit)) this.remove(conversationId);
      return Math.min(idle.length, limit);
    },
    removeSurplus({ maxCount = Number.POSITIVE_INFINITY }, limit) {
      const surplus = Math.max(0, state.conversations.size - maxCount);
      const idle = idlest(state).slice(0, Math.min(surplus, limit));
      for (const { conversationId } of idle) this.remove(conversationId);
      return idle.length;
    },
    fork(conversationId, atSeq) {
      const source = state.find(conversationId);
      const lastSeq = atSeq ?? source.chunks.length;
      if (lastSeq > source.chunks.length) {
        throw new CodedError('invalid-input', {
          message: `\`atSeq\` is beyond the last chunk (${source.chunks.length}).`,
        });
      }
      const copy = state.open(runtime.newId(), source.settings);
      copy.chunks.push(...source.chunks.slice(0, lastSeq));
      return { conversationId: copy.conversationId, lastSeq };
    },
  };
}

const settingNames = new Set([
  'model',
  'system',
  'workspaceId',
  'cwd',
  'computerId',
  'mode',
  'tools',
  'sampling',
]);

function settingsOf(request: StartTurnRequest): FakeConversation['settings'] {
  return Object.fromEntries(Object.entries(request).filter(([name]) => settingNames.has(name)));
}

/** Those that may go; the one that was changed last longest ago first. */
function idlest(state: FakeState): readonly FakeConversation[] {
  return [...state.conversations.values()]
    .filter((one) => one.queue.length === 0 && state.running(one) === undefined)
    .sort((a, b) => a.updatedAt - b.updatedAt);
}
