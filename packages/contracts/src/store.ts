import type { FinishReason, Role, Usage } from '@dispatch/kernel';
import type {
  Conversation,
  ConversationPatch,
  Origin,
  StepMetrics,
  StoredChunk,
  TurnMetrics,
  TurnSettings,
} from './conversation.ts';
import type { ConversationInspection } from './inspection.ts';
import type { EnqueueRecord, EnqueueResult, QueuedMessage } from './queue-records.ts';
import type { RecordWrite } from './records.ts';

/**
 * Where conversations are kept. Every method is one atomic, durable change or one consistent read:
 * when its promise resolves the change survives a power cut, when it rejects nothing was changed.
 * Methods may be called concurrently, from many hosts on one store.
 *
 * Rejects with `store-unavailable` where the store does not answer, `stale-epoch` where a turn's
 * write carries an epoch that is not the turn's (or the turn is sealed, or deleted),
 * `conversation-not-found`, and what is named below. Strings come back as they went in, U+0000
 * included; only a lone surrogate may become U+FFFD.
 *
 * After `store-unavailable` it is unknown whether a write was made, but where the error's details
 * say `wasMade: false`. The same call again, with the same ids, is safe: what was written is
 * answered, not written twice.
 */
export interface Store {
  /** Resolves when the store answers. */
  ping(): Promise<void>;

  readConversation(conversationId: string): Promise<Conversation | undefined>;
  /**
   * Newest `updatedAt` first; `cursor` is the `nextCursor` of the page before (another: `invalid-input`).
   * No conversation comes twice; one that changes between two pages moves to the front, and may not
   * come at all.
   */
  listConversations(query: ConversationQuery): Promise<ConversationPage>;
  updateConversation(
    conversationId: string,
    patch: ConversationPatch,
    at: number,
  ): Promise<Conversation>;
  /**
   * With everything of it: chunks, turns, queue, ledger, idempotency keys, and the blobs that are no
   * other's too. False where there was none.
   */
  deleteConversation(conversationId: string): Promise<boolean>;
  /**
   * A new conversation with the settings, title and workspace of the old and its chunks up to `atSeq`
   * (default: all), seqs and turn ids and all; no turns, no parent. `atSeq` beyond the last, or a
   * conversation that is there already: `invalid-input`. What the chunks say is the caller's to mind:
   * one who cuts between a call and its result gets just that.
   */
  forkConversation(fork: ForkConversation): Promise<{ readonly lastSeq: number }>;

  /** Ascending by seq. `newest` takes the last `limit` of the range instead of the first. */
  readChunks(query: ChunkQuery): Promise<readonly StoredChunk[]>;
  /** Where conversations stand, at most 1,000 at once; one that is not there is left out. */
  readHeads(conversationIds: readonly string[]): Promise<readonly ConversationHead[]>;
  /** Chunks and the running turn's last commit, as of one moment. */
  readView(query: ChunkQuery): Promise<ConversationView>;

  /**
   * Starts a turn: creates the conversation where `create` is given and it does not exist, commits
   * the message's chunks, and, with `takeQueue`, all queued messages, as chunks of this turn.
   * One running turn per conversation, whoever races. Its epoch is 1, its event number 0. A turn id
   * that is known: as it was answered first while the turn is as it was started, `repeated` after.
   */
  startTurn(start: StartTurnRecord): Promise<StartTurnResult>;
  /**
   * Appends a step's chunks, its metrics, the records that joined it, clears the step's ledger; with
   * `end`, seals the turn. A step that this lease has committed already is answered as it was then;
   * any other than the turn's next: `invalid-input`. A record's `version-conflict` rejects all of it.
   *
   * What would break WIRE.md section 2 is `invalid-input`: what `checkStepChunks` refuses, and the
   * `callId` of a call that the conversation has had already, forked chunks included.
   */
  commitStep(commit: CommitStepRecord): Promise<CommitResult>;
  /**
   * Takes all queued messages as chunks of the running turn. Empty where none waits. Where there
   * are some, `eventNumber` becomes the turn's: the number of the event that will tell them.
   */
  commitSteering(lease: TurnLease, at: number, eventNumber: number): Promise<SteeringResult>;
  /** Seals a turn that ends between steps; `chunks` may hold its `error`. Made again with the same end: the same answer. */
  sealTurn(seal: SealTurnRecord): Promise<CommitResult>;

  /**
   * The ledger: a step's response before its first effectful call, and such calls before and after
   * they run. Of the step under way alone, `<turnId>#<stepsCommitted>`: any other is `invalid-input`.
   */
  recordResponse(lease: TurnLease, stepId: string, json: string): Promise<void>;
  recordCallStart(lease: TurnLease, stepId: string, callId: string): Promise<void>;
  /** `json` is the result. */
  recordCallEnd(lease: TurnLease, stepId: string, callId: string, json: string): Promise<void>;
  /** What a step of a durable tool gave, by its name (not empty) in the call: the first one recorded stays. */
  recordToolStep(
    lease: TurnLease,
    stepId: string,
    callId: string,
    name: string,
    json: string,
  ): Promise<void>;

  /**
   * Marks a running turn as one to be aborted, whoever runs it, now or after a crash; wakes one that
   * waits. Resolves with its owner (empty: nobody's); undefined where it does not run.
   */
  requestAbort(conversationId: string, turnId: string): Promise<string | undefined>;
  /** Extends the leases of all of an owner's running turns; returns those turns: any other is not its own any more. */
  renewLeases(owner: string, leaseMs: number): Promise<readonly OwnedTurn[]>;
  /**
   * Takes over running turns whose lease is over by the store's clock, and those of `owner` itself
   * from before (`includeOwn`, at start). Each gets a new epoch and one more `attempt`.
   */
  claimTurns(claim: ClaimTurns): Promise<readonly ClaimedTurn[]>;
  /**
   * Gives a turn up, resumable: any host can claim it, which is no `attempt`, and the lease is good
   * for nothing more. At once, or, with `waitMs`, not before so long by the store's clock, or
   * `wakeTurn`, or `requestAbort`: until then its conversation is `waiting`.
   */
  releaseTurn(lease: TurnLease, waitMs?: number): Promise<void>;
  /** What a waiting turn waited for is there: it can be claimed. False where it does not wait. */
  wakeTurn(conversationId: string, turnId: string): Promise<boolean>;
  readTurn(conversationId: string, turnId: string): Promise<TurnRecord | undefined>;
  /** The conversation's newest turn. */
  readLastTurn(conversationId: string): Promise<TurnRecord | undefined>;
  readTurnMetrics(conversationId: string): Promise<readonly TurnMetrics[]>;

  /** Creates the conversation where `create` is given and it does not exist. More than `limit` waiting: `queue-full`. A queue id that is known: as it was answered first. */
  enqueue(message: EnqueueRecord): Promise<EnqueueResult>;
  listQueue(conversationId: string): Promise<readonly QueuedMessage[]>;
  /** False where it is delivered, taken back, or never was. */
  removeQueued(conversationId: string, queueId: string): Promise<boolean>;
  /** Conversations where messages wait and no turn runs: what a crash left between a seal and the next start. */
  listStrandedQueues(limit: number): Promise<readonly string[]>;

  /** Drops idempotency keys from before `before` (epoch milliseconds); returns how many. */
  dropIdempotencyKeys(before: number): Promise<number>;
  /**
   * Deletes conversations that were changed last before `before` (epoch milliseconds), the oldest
   * first, at most `limit`; none in which a turn runs or a message waits. Returns their ids.
   */
  deleteIdleConversations(before: number, limit: number): Promise<readonly string[]>;
  /**
   * Notes how many bytes conversations hold, as far as they changed since it was noted last: of at
   * most `limit` (1 to 1000), in code point order of their ids, after `afterId`. Resolves with the
   * last one it looked at; undefined where there was none. For work in the background: who writes
   * to a conversation does not wait for it.
   */
  measureConversations(limit: number, afterId?: string): Promise<string | undefined>;
  /**
   * Deletes conversations, those that were changed last longest ago first, until the rest is within
   * `keep`; at most `limit`; none in which a turn runs or a message waits, which count all the same.
   * Returns their ids.
   */
  deleteSurplusConversations(keep: KeepConversations, limit: number): Promise<readonly string[]>;

  /** Ids in code point order, after `afterId`: every conversation that is there all the while comes once. */
  listConversationIds(limit: number, afterId?: string): Promise<readonly string[]>;
  /** All that is kept of a conversation, as of one moment; undefined where there is none. For checks. */
  inspectConversation(conversationId: string): Promise<ConversationInspection | undefined>;
}

/** What is left has to be within both. Absent: no matter how much. */
export interface KeepConversations {
  /**
   * All together, as `measureConversations` noted them: the JSON of their chunks and records, and
   * their blobs. What it has not looked at yet counts nothing.
   */
  readonly maxBytes?: number;
  readonly maxCount?: number;
}

export interface ConversationQuery {
  /** 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
  readonly workspaceId?: string;
}

export interface ConversationPage {
  readonly conversations: readonly Conversation[];
  readonly nextCursor?: string;
}

export interface ForkConversation {
  readonly conversationId: string;
  readonly newConversationId: string;
  readonly atSeq?: number;
  /** Blobs that its chunks name: the new conversation's too. One that is not the old one's is passed over. */
  readonly blobIds?: readonly string[];
  readonly at: number;
}

export interface ChunkQuery {
  readonly conversationId: string;
  /** Exclusive. */
  readonly afterSeq: number;
  /** Inclusive. */
  readonly throughSeq?: number;
  readonly limit: number;
  readonly newest?: boolean;
}

export interface ConversationView {
  /** The conversation's. */
  readonly lastSeq: number;
  readonly chunks: readonly StoredChunk[];
  readonly running?: RunningTurn;
}

/** A running turn, as its last commit left it. */
export interface RunningTurn {
  readonly turnId: string;
  /** The host's id; empty where it was given up. */
  readonly owner: string;
  readonly epoch: number;
  readonly eventNumber: number;
  /** The conversation's last seq before the turn. */
  readonly previousSeq: number;
}

/** Where a conversation stands. */
export interface ConversationHead {
  readonly conversationId: string;
  readonly lastSeq: number;
  readonly running?: RunningTurn;
}

export interface OwnedTurn {
  readonly turnId: string;
  readonly isAbortRequested: boolean;
}

/** The right to write to a turn. */
export interface TurnLease {
  readonly conversationId: string;
  readonly turnId: string;
  readonly epoch: number;
}

/** A chunk on its way in: `json` is its JSON text, well-formed Unicode. */
export interface NewChunk {
  readonly role: Role;
  readonly json: string;
  /** Of a tool call and of its result: told to `commitStep`, where alone they are committed. */
  readonly callId?: string;
}

export interface StartTurnRecord {
  readonly conversationId: string;
  readonly turnId: string;
  /** Present: the conversation is created with these where it does not exist. */
  readonly create?: TurnSettings & { readonly workspaceId?: string; readonly parentId?: string };
  /** What the turn is run with, all resolved: it survives a restart with the turn. */
  readonly settings: TurnSettings & { readonly maxSteps?: number };
  /** The full name of the model. */
  readonly model: string;
  readonly origin: Origin;
  readonly chunks: readonly NewChunk[];
  /** Commit all queued messages too, after `chunks`. */
  readonly takeQueue?: boolean;
  /** Blobs that `chunks` name: they become this conversation's, too. One that is not there: `attachment-not-found`. */
  readonly blobIds?: readonly string[];
  readonly idempotencyKey?: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly at: number;
}

export type StartTurnResult =
  | {
      readonly outcome: 'started';
      readonly epoch: number;
      /** The conversation's last seq before the turn, and after its message. */
      readonly previousSeq: number;
      readonly lastSeq: number;
      readonly taken: readonly QueuedMessage[];
    }
  | { readonly outcome: 'busy'; readonly turnId: string }
  /** The idempotency key was used: this is its turn. */
  | { readonly outcome: 'repeated'; readonly turnId: string }
  /** `takeQueue` found nothing and there were no chunks: nothing was started. */
  | { readonly outcome: 'nothing-queued' };

export interface CommitStepRecord {
  readonly lease: TurnLease;
  readonly stepIndex: number;
  readonly chunks: readonly NewChunk[];
  readonly metrics: StepMetrics;
  /** The event number that `activeTurn.cursor` names once this is committed. */
  readonly eventNumber: number;
  readonly records?: readonly RecordWrite[];
  readonly end?: TurnEndRecord;
  readonly leaseMs: number;
  readonly at: number;
}

export interface TurnEndRecord {
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  readonly durationMs: number;
  readonly contextSize?: number;
}

export interface SealTurnRecord {
  readonly lease: TurnLease;
  readonly chunks: readonly NewChunk[];
  /** The number of the event before `done`. */
  readonly eventNumber: number;
  readonly end: TurnEndRecord;
  readonly at: number;
}

export interface CommitResult {
  readonly lastSeq: number;
  /** Messages wait in the conversation's queue. */
  readonly hasQueued: boolean;
}

export interface SteeringResult {
  readonly messages: readonly QueuedMessage[];
  readonly lastSeq: number;
}

export interface TurnRecord {
  readonly conversationId: string;
  readonly turnId: string;
  readonly state: 'running' | 'sealed';
  readonly model: string;
  readonly settings: TurnSettings & { readonly maxSteps?: number };
  readonly origin: Origin;
  readonly owner: string;
  readonly epoch: number;
  /** The conversation's last seq before the turn, and after the message that started it. */
  readonly previousSeq: number;
  readonly messageSeq: number;
  readonly stepsCommitted: number;
  /** As committed last; of a sealed turn: the number before its `done`. */
  readonly eventNumber: number;
  readonly usage?: Usage;
  readonly startedAt: number;
  /** Of a sealed turn: the conversation's last seq at its seal. */
  readonly lastSeq?: number;
  readonly end?: TurnEndRecord;
}

export interface ClaimTurns {
  readonly owner: string;
  readonly leaseMs: number;
  readonly includeOwn: boolean;
  /** Turns that the owner runs already: left alone whatever their lease says. */
  readonly exceptTurnIds?: readonly string[];
  readonly limit: number;
}

export interface ClaimedTurn extends TurnRecord {
  /** How often the turn was taken over since its last commit, from hosts that did not give it up. */
  readonly attempts: number;
  readonly isAbortRequested: boolean;
  /** Of the step under way; absent where none was recorded. */
  readonly responseJson?: string;
  readonly calls: readonly LedgerCall[];
}

export interface LedgerCall {
  readonly callId: string;
  /** Absent: started, and nothing more is known. */
  readonly resultJson?: string;
  /** Of a durable tool, in the order of their recording. */
  readonly steps?: readonly LedgerToolStep[];
}

export interface LedgerToolStep {
  readonly name: string;
  readonly json: string;
}
