import type { JsonSchema, ModelInfo, ToolEffect, UserInput } from '@dispatch/kernel';
import type {
  Conversation,
  ConversationPatch,
  Origin,
  StoredChunk,
  TurnMetrics,
  TurnSettings,
} from './conversation.ts';
import type { KeepConversations } from './store.ts';

/**
 * What can be done with conversations. Every transport and facade stands on it alone.
 *
 * Rejects with coded errors: `invalid-input`, `conversation-not-found`, `stopping`,
 * `store-unavailable`, `internal`, and what is named below. What resolved is durable.
 */
export interface Conversations {
  /**
   * Starts a turn; creates the conversation where it does not exist. Resolves once the message is
   * committed. `conversation-busy`, `unknown-model`, `nothing-to-continue`, `overloaded`.
   */
  startTurn(request: StartTurnRequest): Promise<StartedTurn>;
  /** Queues a message for the running turn's next tool boundary, or starts a turn. `queue-full`. */
  queueMessage(
    request: QueueMessageRequest,
  ): Promise<{ readonly queueId: string; readonly position: number }>;
  listQueue(conversationId: string): Promise<readonly QueueEntry[]>;
  /** `queue-item-not-found`. */
  removeQueued(conversationId: string, queueId: string): Promise<void>;
  /** Stops the running turn. Resolves when it is told, not when it is over. `no-active-turn`. */
  abort(conversationId: string): Promise<{ readonly turnId: string }>;

  /** Committed chunks and the mark of the running turn, as one consistent view. */
  readMessages(query: MessageQuery): Promise<MessageView>;
  /**
   * The events of one turn from a cursor on, until it is sealed; undefined where no turn runs and
   * nothing follows the cursor.
   */
  followTurn(request: FollowTurnRequest): Promise<Follower | undefined>;
  /**
   * A snapshot and all that comes after it, turn after turn, until closed: no event is missed or
   * told twice between the two.
   */
  subscribe(request: SubscribeRequest): Promise<Subscription>;

  list(query: {
    readonly limit: number;
    readonly cursor?: string;
    readonly workspaceId?: string;
  }): Promise<{ readonly conversations: readonly Conversation[]; readonly nextCursor?: string }>;
  get(conversationId: string): Promise<Conversation>;
  update(conversationId: string, patch: ConversationPatch): Promise<Conversation>;
  /** Aborts its running turn first. */
  remove(conversationId: string): Promise<void>;
  /**
   * Removes conversations that were changed last before `before` (epoch milliseconds), the oldest
   * first, at most `limit`; none in which a turn runs or a message waits. Resolves with how many.
   */
  removeIdle(before: number, limit: number): Promise<number>;
  /** As `Store.deleteSurplusConversations`. Resolves with how many. */
  removeSurplus(keep: KeepConversations, limit: number): Promise<number>;
  fork(
    conversationId: string,
    atSeq?: number,
  ): Promise<{ readonly conversationId: string; readonly lastSeq: number }>;
  metrics(conversationId: string): Promise<readonly TurnMetrics[]>;

  /** Tells of every change of any conversation, coalesced per conversation to at most 4 a second. Returns what ends it. */
  watch(listener: (change: ConversationChange) => void): () => void;

  models(): Promise<ModelList>;
  tools(): readonly ToolInfo[];
  /** The store answers and recovery is done. Never rejects. */
  isReady(): Promise<boolean>;
}

export interface StartTurnRequest extends TurnSettings {
  /** Absent: a new conversation. */
  readonly conversationId?: string;
  /** Absent: the turn goes on from the history. */
  readonly message?: UserInput;
  readonly workspaceId?: string;
  readonly maxSteps?: number;
  readonly idempotencyKey?: string;
  /** `user` unless given. */
  readonly origin?: Origin;
  /** The conversation that this one was started from. */
  readonly parentId?: string;
}

export interface StartedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  /** The idempotency key was used before: this is its turn, which may be over. */
  readonly isRepeated: boolean;
}

export interface QueueMessageRequest {
  readonly conversationId: string;
  readonly message: UserInput;
  readonly idempotencyKey?: string;
}

export interface QueueEntry {
  readonly queueId: string;
  readonly message: UserInput;
  readonly createdAt: number;
}

export interface MessageQuery {
  readonly conversationId: string;
  readonly sinceSeq: number;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface MessageView {
  readonly chunks: readonly StoredChunk[];
  /** The conversation's. */
  readonly lastSeq: number;
  readonly activeTurn: ActiveTurn | null;
}

/** `cursor`: the last event whose content is in the committed chunks. */
export interface ActiveTurn {
  readonly turnId: string;
  readonly cursor: string;
}

export interface FollowTurnRequest {
  readonly conversationId: string;
  /** Absent: after the running turn's last commit. Malformed or expired: the follower begins with a resync. */
  readonly cursor?: string;
  /** All of this turn, from its first event; instead of `cursor`. */
  readonly turnId?: string;
}

export interface SubscribeRequest {
  readonly conversationId: string;
  /** The snapshot begins after it. */
  readonly sinceSeq?: number;
  readonly cursor?: string;
  /** No snapshot: begin with all of this turn. */
  readonly turnId?: string;
}

export interface Subscription {
  /** A cursor was given and is of no use: tell the client, then send the snapshot. */
  readonly isResync: boolean;
  /** Absent where `turnId` was given. Empty `chunks` where a good cursor was. */
  readonly snapshot?: MessageView & { readonly firstSeq: number | null };
  readonly follower: Follower;
}

/**
 * Reads a turn's event log at its own pace. Bounded: it holds nothing but its place in the log, and
 * a reader that falls out of the log's window gets a resync and goes on after the running turn's
 * last commit.
 */
export interface Follower {
  /**
   * What came since the last call, at most about `maxBytes` (but at least one event); waits where
   * there is nothing. `undefined`: the end. One call at a time. Never rejects.
   */
  next(maxBytes: number): Promise<FollowBatch | undefined>;
  /** Ends it; a waiting `next` resolves with `undefined`. */
  close(): void;
}

export type FollowBatch =
  /** JSON texts of whole events, without line ends. */
  { readonly events: readonly string[] } | { readonly resync: { readonly lastSeq: number } };

export type ConversationChange =
  | { readonly type: 'changed'; readonly conversation: Conversation }
  | { readonly type: 'deleted'; readonly conversationId: string };

export interface ModelList {
  /** `id` is the full name, `<provider>/<model>`. */
  readonly models: readonly (ModelInfo & { readonly provider: string })[];
  /** The full name; null where no provider has one to offer. */
  readonly default: string | null;
}

export interface ToolInfo {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly effect: ToolEffect;
  readonly extension: string;
}
