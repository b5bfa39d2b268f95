import type { LiveTurn } from './live-turn.ts';
import { TurnLog } from './turn-log.ts';

/**
 * A conversation in memory: all that changes it passes its queue. Holds no content, only what is
 * live: the running turn, the newest event log, who follows.
 */
export class ConversationActor {
  readonly conversationId: string;
  live: LiveTurn | undefined;
  /** A turn is being started: what a reader sees of the store may be newer than `live`. */
  isStarting = false;
  /** Messages may wait in the store's queue. */
  mayHaveQueued = false;
  /** Logs in memory and followers: while there are any the actor stays. */
  holders = 0;
  /** Where the next turn's log is linked; a closed, empty one before the first turn. */
  newest: TurnLog;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(conversationId: string) {
    this.conversationId = conversationId;
    this.newest = new TurnLog({ conversationId, turnId: '', base: 0, account: () => {} });
    this.newest.close(0);
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

  link(log: TurnLog): void {
    const previous = this.newest;
    this.newest = log;
    previous.successor = log;
    previous.wake();
  }
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

  release(actor: ConversationActor): void {
    actor.holders -= 1;
    if (actor.holders > 0 || this.#actors.get(actor.conversationId) !== actor) return;
    this.#actors.delete(actor.conversationId);
  }
}
