import type {
  Conversations,
  Follower,
  FollowTurnRequest,
  MessageQuery,
  MessageView,
  SubscribeRequest,
  Subscription,
  TurnMetrics,
} from '@dispatch/contracts';
import { type FakeTurns, fakeFollower } from './fake-follower.ts';
import type { FakeConversation, FakeState } from './fake-state.ts';
import type { FakeTurnLog } from './fake-turn-log.ts';

/** What reads and follows. */
export interface FakeReading {
  readMessages(query: MessageQuery): MessageView;
  followTurn(request: FollowTurnRequest): Follower | undefined;
  subscribe(request: SubscribeRequest): Subscription;
  list(query: Parameters<Conversations['list']>[0]): Awaited<ReturnType<Conversations['list']>>;
  metrics(conversationId: string): readonly TurnMetrics[];
  openFollowers(): number;
}

interface Place {
  readonly log: FakeTurnLog | undefined;
  readonly from: number;
  readonly isLost: boolean;
}

const lost: Place = { log: undefined, from: 0, isLost: true };
const snapshotChunks = 1000;

export function createFakeReading(state: FakeState, metrics: readonly TurnMetrics[]): FakeReading {
  const open = new Set<object>();

  const follow = (
    conversation: FakeConversation,
    place: Place,
    scope: 'turn' | 'conversation',
  ): Follower => {
    const key = {};
    open.add(key);
    const turns: FakeTurns = {
      logs: conversation.logs,
      lastSeq: () => conversation.chunks.length,
      onChange: (callback) => conversation.waiting.push(callback),
    };
    return fakeFollower({ turns, scope, ...place, onClose: () => open.delete(key) });
  };

  const findTurn = (conversation: FakeConversation, turnId: string): Place => {
    const log = conversation.logs.find((one) => one.turnId === turnId && !one.state.isForgotten);
    return log === undefined ? lost : { log, from: 0, isLost: false };
  };

  const findCursor = (conversation: FakeConversation, cursor: string): Place => {
    const [turnId = '', n = ''] = cursor.split(':');
    const place = findTurn(conversation, turnId);
    if (place.log === undefined || !/^\d+$/.test(n)) return lost;
    const from = Number(n) + 1;
    const isThere = from >= place.log.firstNumber() && from <= place.log.nextNumber();
    return isThere ? { ...place, from } : lost;
  };

  const view = (conversation: FakeConversation, chunks: MessageView['chunks']): MessageView => {
    const log = state.running(conversation);
    const cursor = log && `${log.turnId}:${Math.max(0, log.state.commitNumber)}`;
    return {
      chunks,
      lastSeq: conversation.chunks.length,
      activeTurn: log && cursor ? { turnId: log.turnId, cursor } : null,
    };
  };

  return {
    openFollowers: () => open.size,
    metrics(conversationId) {
      state.find(conversationId);
      return metrics;
    },
    readMessages({ conversationId, sinceSeq, limit }) {
      const conversation = state.find(conversationId);
      return view(conversation, conversation.chunks.slice(sinceSeq, sinceSeq + limit));
    },
    followTurn({ conversationId, cursor, turnId }) {
      const conversation = state.find(conversationId);
      if (turnId !== undefined) {
        return follow(conversation, findTurn(conversation, turnId), 'turn');
      }
      if (cursor === undefined) {
        const log = state.running(conversation);
        const from = (log?.state.commitNumber ?? 0) + 1;
        return log && follow(conversation, { log, from, isLost: false }, 'turn');
      }
      const place = findCursor(conversation, cursor);
      const isAtEnd = place.log?.state.isOver === true && place.from >= place.log.nextNumber();
      return isAtEnd ? undefined : follow(conversation, place, 'turn');
    },
    subscribe({ conversationId, sinceSeq = 0, cursor, turnId }) {
      const conversation = state.find(conversationId);
      if (turnId !== undefined) {
        const place = findTurn(conversation, turnId);
        return { isResync: false, follower: follow(conversation, place, 'conversation') };
      }
      const place = cursor === undefined ? lost : findCursor(conversation, cursor);
      if (place.log !== undefined) {
        const snapshot = { ...view(conversation, []), firstSeq: null };
        const follower = follow(conversation, place, 'conversation');
        return { isResync: false, snapshot, follower };
      }
      const chunks = conversation.chunks.slice(sinceSeq).slice(-snapshotChunks);
      const running = state.running(conversation);
      const log = running ?? conversation.logs.at(-1);
      const from = running ? running.state.commitNumber + 1 : (log?.nextNumber() ?? 0);
      return {
        isResync: cursor !== undefined,
        snapshot: { ...view(conversation, chunks), firstSeq: chunks[0]?.seq ?? null },
        follower: follow(conversation, { log, from, isLost: false }, 'conversation'),
      };
    },
    list({ limit, cursor, workspaceId }) {
      const offset = cursor === undefined ? 0 : Number(cursor);
      const matching = [...state.conversations.values()]
        .map((conversation) => state.view(conversation))
        .filter((one) => workspaceId === undefined || one.workspaceId === workspaceId)
        .reverse();
      const conversations = matching.slice(offset, offset + limit);
      const end = offset + conversations.length;
      return end < matching.length ? { conversations, nextCursor: String(end) } : { conversations };
    },
  };
}
