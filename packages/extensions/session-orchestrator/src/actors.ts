import type { Mirror } from './hosts/mirror.ts';
import type { LiveTurn } from './live-turn.ts';
import { TurnLog } from './turn-log.ts';

/**
 * A conversation in memory: all that changes it passes its queue. Holds no content, only what is
 * live: the running turn, the newest event log, who follows.
 */
export class ConversationActor {
  readonly conversationId: string;
  live: LiveTurn | undefined;
  /** The turn of another host's that those who follow the conversation are told. */
  mirror: Mirror | undefined;
  /** A turn is being started: what a reader sees of the store may be newer than `live`. */
  isStarting = false;
  /** Messages may wait in the store's queue. */
  mayHaveQueued = false;
  /** Logs in memory and followers: while there are any the actor stays. */
  holders = 0;
  /** Those of them that follow the conversation, turn after turn. */
  followers = 0;
  isDeleted = false;
  /** Where the next turn's log is linked; a closed, empty one before the first turn. */
  newest: TurnLog;
  readonly #linked = new WeakSet<TurnLog>();
  #waiting = new Set<() => void>();
  #releaseMirror: (() => void) | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(conversationId: string) {
    this.conversationId = conversationId;
    this.newest = emptyLog(conversationId, 0);
  }

  /** Runs `work` after all that was asked before it has settled. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  /** Resolves when all that was asked so far has settled. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  /**
   * The next turn's log, or, of the turn that the newest log is of, its next owner's. Each log once:
   * what others were linked behind is not new any more.
   */
  link(log: TurnLog): void {
    const previous = this.newest;
    if (previous === log || this.#linked.has(log)) return;
    this.newest = log;
    this.#linked.add(log);
    // What stands for all that was is of no turn: one of those does not go on in another.
    const isSameTurn = previous.turnId === log.turnId && log.turnId !== '';
    if (isSameTurn) previous.continueIn(log, previous.closedAt);
    else previous.successor = log;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const callback of waiting) callback();
  }

  /** Calls back once, when another log is linked; not after the returned function was called. */
  onNewer(callback: () => void): () => void {
    const waiting = this.#waiting;
    waiting.add(callback);
    return () => waiting.delete(callback);
  }

  /**
   * What was told here ends at `lastSeq`: where that is not so, turns have passed unseen, and who
   * follows is told to read them.
   */
  standsAt(lastSeq: number): void {
    const { newest } = this;
    // An open log's turn is over by the store, and its end is still to be told here.
    if (newest.committedSeq === lastSeq && newest.state === 'closed') return;
    if (this.newest.turnId === '' && this.followers === 0) this.newest.committedSeq = lastSeq;
    else this.link(emptyLog(this.conversationId, lastSeq));
  }

  /** Keeps the mirror of a turn for those who follow the conversation; lets go of the one before. */
  holdMirror(mirror: Mirror | undefined): void {
    const release = this.#releaseMirror;
    this.#releaseMirror = mirror?.hold();
    release?.();
  }

  /** Nothing comes any more: lets all followers go. */
  end(): void {
    this.isDeleted = true;
    this.link(emptyLog(this.conversationId, 0));
  }
}

/** A closed log without events, which stands for all that was before it. */
function emptyLog(conversationId: string, lastSeq: number): TurnLog {
  const log = new TurnLog({ conversationId, turnId: '', base: 0, account: () => {} });
  log.committedSeq = lastSeq;
  log.close(0);
  return log;
}

/** The conversations that are live on this host. */
export class Actors {
  readonly #actors = new Map<string, ConversationActor>();

  /** The conversation's actor for as long as `work` runs, and longer where it then holds something. */
  async use<T>(conversationId: string, work: (actor: ConversationActor) => Promise<T>): Promise<T> {
    const actor = this.hold(conversationId);
    try {
      return await work(actor);
    } finally {
      this.release(actor);
    }
  }

  get size(): number {
    return this.#actors.size;
  }

  get(conversationId: string): ConversationActor | undefined {
    return this.#actors.get(conversationId);
  }

  all(): IterableIterator<ConversationActor> {
    return this.#actors.values();
  }

  /** Keeps the actor until `release`. */
  hold(conversationId: string): ConversationActor {
    let actor = this.#actors.get(conversationId);
    if (actor === undefined) {
      actor = new ConversationActor(conversationId);
      this.#actors.set(conversationId, actor);
    }
    actor.holders += 1;
    return actor;
  }

  /** The conversation is deleted: who names it again gets another actor. */
  forget(actor: ConversationActor): void {
    if (this.#actors.get(actor.conversationId) === actor) {
      this.#actors.delete(actor.conversationId);
    }
    actor.end();
  }

  release(actor: ConversationActor): void {
    actor.holders -= 1;
    if (actor.holders > 0 || this.#actors.get(actor.conversationId) !== actor) return;
    this.#actors.delete(actor.conversationId);
  }
}
