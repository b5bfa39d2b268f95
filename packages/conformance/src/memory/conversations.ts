import type {
  ChunkQuery,
  Conversation,
  ConversationHead,
  ConversationPage,
  ConversationPatch,
  ConversationQuery,
  ConversationView,
  ForkConversation,
  RunningTurn,
  StartTurnRecord,
  StoredChunk,
} from '@dispatch/contracts';
import { isOf, leaveBlobs, shareBlobs } from './blob-owners.ts';
import { conversationNotFound, invalidInput } from './refusals.ts';
import { type ConversationState, isWaiting, type MemoryState, type TurnState } from './state.ts';

export function findConversation(state: MemoryState, conversationId: string): ConversationState {
  const conversation = state.conversations.get(conversationId);
  if (conversation === undefined) throw conversationNotFound(conversationId);
  return conversation;
}

/** The conversation, made of `create` where it does not exist; not yet in the state then. */
export function openConversation(
  state: MemoryState,
  conversationId: string,
  create: StartTurnRecord['create'],
  at: number,
): ConversationState {
  const known = state.conversations.get(conversationId);
  if (known !== undefined) return known;
  if (create === undefined) throw conversationNotFound(conversationId);
  const { parentId, ...settings } = create;
  return newConversation(conversationId, settings, at, parentId);
}

function newConversation(
  conversationId: string,
  settings: ConversationState['settings'],
  at: number,
  parentId?: string,
): ConversationState {
  return {
    conversationId,
    ...(parentId === undefined ? {} : { parentId }),
    settings,
    createdAt: at,
    updatedAt: at,
    chunks: [],
    callSeqs: new Map(),
    turns: [],
    running: undefined,
    queue: [],
    positions: new Map(),
    idempotency: new Map(),
  };
}

export function viewConversation(conversation: ConversationState, now: number): Conversation {
  const { conversationId, parentId, settings, createdAt, updatedAt, running } = conversation;
  const busy = running !== undefined && isWaiting(running, now) ? 'waiting' : 'running';
  return {
    ...settings,
    conversationId,
    ...(parentId === undefined ? {} : { parentId }),
    status: running === undefined ? 'idle' : busy,
    lastSeq: conversation.chunks.length,
    createdAt,
    updatedAt,
  };
}

function compareNewest(a: Conversation, b: Conversation): number {
  if (a.updatedAt !== b.updatedAt) return b.updatedAt - a.updatedAt;
  if (a.conversationId === b.conversationId) return 0;
  return a.conversationId < b.conversationId ? 1 : -1;
}

export function listConversations(state: MemoryState, query: ConversationQuery): ConversationPage {
  const { limit, cursor, workspaceId } = query;
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const matching = [...state.conversations.values()]
    .map((conversation) => viewConversation(conversation, state.now()))
    .filter((one) => workspaceId === undefined || one.workspaceId === workspaceId)
    .filter((one) => after === undefined || compareNewest(after, one) < 0)
    .sort(compareNewest);
  const conversations = matching.slice(0, limit);
  const last = conversations.at(-1);
  if (last === undefined || matching.length === conversations.length) return { conversations };
  return { conversations, nextCursor: `${last.updatedAt}:${last.conversationId}` };
}

function parseCursor(cursor: string): Conversation {
  const match = /^(\d+):(.+)$/.exec(cursor);
  if (match === null) throw invalidInput('`cursor` is not one of this list.');
  const [, updatedAt, conversationId = ''] = match;
  return {
    conversationId,
    updatedAt: Number(updatedAt),
    createdAt: 0,
    lastSeq: 0,
    status: 'idle',
  };
}

export function updateConversation(
  state: MemoryState,
  conversationId: string,
  patch: ConversationPatch,
  at: number,
): Conversation {
  const conversation = findConversation(state, conversationId);
  const merged = Object.entries({ ...conversation.settings, ...patch });
  conversation.settings = Object.fromEntries(
    merged.filter(([, value]) => value !== null && value !== undefined),
  );
  conversation.updatedAt = Math.max(conversation.updatedAt, at);
  return viewConversation(conversation, state.now());
}

export function deleteConversation(state: MemoryState, conversationId: string): boolean {
  leaveBlobs(state, conversationId);
  for (const keys of state.records.values()) {
    for (const [key, record] of keys) {
      if (record.conversationId === conversationId) keys.delete(key);
    }
  }
  state.sizes.delete(conversationId);
  return state.conversations.delete(conversationId);
}

export function forkConversation(state: MemoryState, fork: ForkConversation): { lastSeq: number } {
  const { conversationId, newConversationId, at } = fork;
  const source = findConversation(state, conversationId);
  const lastSeq = fork.atSeq ?? source.chunks.length;
  if (lastSeq < 0 || lastSeq > source.chunks.length) {
    throw invalidInput(`\`atSeq\` is beyond the last chunk (${source.chunks.length}).`);
  }
  if (state.conversations.has(newConversationId)) {
    throw invalidInput(`The conversation ${newConversationId} exists already.`);
  }
  const copy = newConversation(newConversationId, source.settings, at);
  copy.chunks.push(...source.chunks.slice(0, lastSeq));
  for (const [callId, seq] of source.callSeqs) {
    if (seq <= lastSeq) copy.callSeqs.set(callId, seq);
  }
  state.conversations.set(newConversationId, copy);
  const taken = (fork.blobIds ?? []).filter((blobId) => {
    const blob = state.blobs.get(blobId);
    return blob !== undefined && isOf(blob, conversationId);
  });
  shareBlobs(state, newConversationId, taken);
  return { lastSeq };
}

export function readView(state: MemoryState, query: ChunkQuery): ConversationView {
  const { chunks, running } = findConversation(state, query.conversationId);
  return {
    lastSeq: chunks.length,
    chunks: readChunks(state, query),
    ...(running === undefined ? {} : { running: viewRunning(running) }),
  };
}

function viewRunning(turn: TurnState): RunningTurn {
  const { turnId, owner, epoch, eventNumber, previousSeq } = turn;
  return { turnId, owner, epoch, eventNumber, previousSeq };
}

export function readHeads(
  state: MemoryState,
  conversationIds: readonly string[],
): readonly ConversationHead[] {
  return conversationIds.flatMap((conversationId) => {
    const conversation = state.conversations.get(conversationId);
    if (conversation === undefined) return [];
    const { chunks, running } = conversation;
    const head = { conversationId, lastSeq: chunks.length };
    return running === undefined ? head : { ...head, running: viewRunning(running) };
  });
}

export function readChunks(state: MemoryState, query: ChunkQuery): readonly StoredChunk[] {
  const { afterSeq, throughSeq, limit, newest } = query;
  const { chunks } = findConversation(state, query.conversationId);
  const range = chunks.slice(afterSeq, throughSeq);
  return newest === true ? range.slice(Math.max(0, range.length - limit)) : range.slice(0, limit);
}
