import {
  CodedError,
  type Conversation,
  type ConversationChange,
  type QueueEntry,
  type Runtime,
  type StoredChunk,
  type TurnSettings,
} from '@dispatch/contracts';
import type { Chunk, FinishReason, Role, TurnEvent, UserInput } from '@dispatch/kernel';
import { type FakeTurnLog, fakeTurnLog } from './fake-turn-log.ts';

export interface FakeConversation {
  readonly conversationId: string;
  settings: TurnSettings & { readonly title?: string; readonly workspaceId?: string };
  readonly createdAt: number;
  updatedAt: number;
  readonly chunks: StoredChunk[];
  queue: QueueEntry[];
  readonly logs: FakeTurnLog[];
  /** Idempotency keys, and the turn or queued message of each. */
  readonly keys: Map<string, string>;
  waiting: (() => void)[];
}

/** What is kept, and how it changes. */
export interface FakeState {
  readonly conversations: Map<string, FakeConversation>;
  readonly listeners: Set<(change: ConversationChange) => void>;
  readonly runtime: Pick<Runtime, 'wallNow' | 'newId'>;
  /** Throws `conversation-not-found`. */
  find(conversationId: string): FakeConversation;
  open(conversationId: string, settings: FakeConversation['settings']): FakeConversation;
  running(conversation: FakeConversation): FakeTurnLog | undefined;
  begin(conversation: FakeConversation, message: UserInput | undefined, model?: string): string;
  view(conversation: FakeConversation): Conversation;
  changed(conversation: FakeConversation): void;
  emit(conversationId: string, events: readonly TurnEvent[]): string;
  commit(
    conversationId: string,
    chunks: readonly { readonly role: Role; readonly chunk: Chunk }[],
  ): number;
  finish(conversationId: string, finishReason: FinishReason): void;
  forget(turnId: string): void;
}

export function createFakeState(options: {
  readonly runtime: Pick<Runtime, 'wallNow' | 'newId'>;
  readonly windowBytes: number;
  readonly onTurn: (turn: {
    readonly conversationId: string;
    readonly turnId: string;
    readonly message: UserInput | undefined;
  }) => void;
}): FakeState {
  const { runtime, windowBytes, onTurn } = options;
  const conversations: FakeState['conversations'] = new Map();
  const listeners: FakeState['listeners'] = new Set();

  const lastLog = (conversation: FakeConversation): FakeTurnLog => {
    const log = conversation.logs.at(-1);
    if (log === undefined) throw new Error(`${conversation.conversationId} has no turn`);
    return log;
  };

  const state: FakeState = {
    conversations,
    listeners,
    runtime,
    find(conversationId) {
      const conversation = conversations.get(conversationId);
      if (conversation !== undefined) return conversation;
      throw new CodedError('conversation-not-found', {
        message: `There is no conversation ${JSON.stringify(conversationId)}.`,
      });
    },
    open(conversationId, settings) {
      const known = conversations.get(conversationId);
      if (known !== undefined) return known;
      const at = runtime.wallNow();
      const opened: FakeConversation = {
        conversationId,
        settings,
        createdAt: at,
        updatedAt: at,
        chunks: [],
        queue: [],
        logs: [],
        keys: new Map(),
        waiting: [],
      };
      conversations.set(conversationId, opened);
      return opened;
    },
    running(conversation) {
      const log = conversation.logs.at(-1);
      return log?.state.isOver === false ? log : undefined;
    },
    begin(conversation, message, model = 'fake/model') {
      const { conversationId } = conversation;
      const turnId = runtime.newId();
      const log = fakeTurnLog(conversationId, turnId, windowBytes);
      conversation.logs.push(log);
      if (message !== undefined) state.commit(conversationId, toChunks(message));
      log.append({ type: 'turn-start', model, committedSeq: conversation.chunks.length });
      wake(conversation);
      state.changed(conversation);
      onTurn({ conversationId, turnId, message });
      return turnId;
    },
    view: (conversation) => ({
      ...conversation.settings,
      conversationId: conversation.conversationId,
      status: state.running(conversation) === undefined ? 'idle' : 'running',
      lastSeq: conversation.chunks.length,
      createdAt: conversation.createdAt,
      updatedAt: conversation.updatedAt,
    }),
    changed(conversation) {
      conversation.updatedAt = runtime.wallNow();
      const change = { type: 'changed', conversation: state.view(conversation) } as const;
      for (const listener of listeners) listener(change);
    },
    emit(conversationId, events) {
      const log = lastLog(state.find(conversationId));
      for (const event of events) log.append(event);
      return `${log.turnId}:${log.nextNumber() - 1}`;
    },
    commit(conversationId, chunks) {
      const conversation = state.find(conversationId);
      const { turnId } = lastLog(conversation);
      for (const { role, chunk } of chunks) {
        const seq = conversation.chunks.length + 1;
        const createdAt = runtime.wallNow();
        conversation.chunks.push({ seq, turnId, role, createdAt, json: JSON.stringify(chunk) });
      }
      return conversation.chunks.length;
    },
    finish(conversationId, finishReason) {
      const conversation = state.find(conversationId);
      const log = lastLog(conversation);
      log.append({ type: 'done', finishReason, durationMs: 0 });
      log.append({ type: 'turn-sealed', lastSeq: conversation.chunks.length });
      state.changed(conversation);
      const [next] = conversation.queue;
      if (next === undefined) return;
      conversation.queue = [];
      state.begin(conversation, next.message);
    },
    forget(turnId) {
      for (const { logs } of conversations.values()) {
        for (const log of logs) if (log.turnId === turnId) log.state.isForgotten = true;
      }
    },
  };
  return state;
}

/** Lets those look again who wait for the conversation's next turn. */
export function wake(conversation: FakeConversation): void {
  const { waiting } = conversation;
  conversation.waiting = [];
  for (const callback of waiting) callback();
}

function toChunks(message: UserInput): readonly { role: Role; chunk: Chunk }[] {
  if (typeof message === 'string')
    return [{ role: 'user', chunk: { type: 'text', text: message } }];
  return message.flatMap((part) =>
    part.type === 'text' ? [{ role: 'user' as const, chunk: part }] : [],
  );
}
