import type { Conversation, ConversationChange, Runtime } from '@dispatch/contracts';

/** At most four a second for one conversation (WIRE.md section 5). */
const spacingMs = 250;

/** Tells listeners of changed conversations, coalesced. Costs nothing while nobody listens. */
export class ConversationWatch {
  readonly #runtime: Runtime;
  readonly #read: (conversationId: string) => Promise<Conversation | undefined>;
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  /** Conversations told within the last `spacingMs`; true: changed again since. */
  readonly #recent = new Map<string, boolean>();

  constructor(
    runtime: Runtime,
    read: (conversationId: string) => Promise<Conversation | undefined>,
  ) {
    this.#runtime = runtime;
    this.#read = read;
  }

  listen(listener: (change: ConversationChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  changed(conversationId: string): void {
    if (this.#listeners.size === 0) return;
    if (this.#recent.has(conversationId)) {
      this.#recent.set(conversationId, true);
      return;
    }
    this.#recent.set(conversationId, false);
    void this.#tell(conversationId);
  }

  deleted(conversationId: string): void {
    this.#recent.delete(conversationId);
    this.#notify({ type: 'deleted', conversationId });
  }

  async #tell(conversationId: string): Promise<void> {
    do {
      this.#recent.set(conversationId, false);
      const conversation = await this.#read(conversationId).catch(() => undefined);
      if (conversation !== undefined) this.#notify({ type: 'changed', conversation });
      await this.#runtime.sleep(spacingMs);
    } while (this.#recent.get(conversationId) === true);
    this.#recent.delete(conversationId);
  }

  #notify(change: ConversationChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
