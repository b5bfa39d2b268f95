/**
 * One listener on the turn's signal, however many calls wait for it: racing each of them against a
 * promise of the turn's would hold all of them until its end.
 */
export class AbortWatch {
  readonly #signal: AbortSignal;
  readonly #callbacks = new Set<() => void>();
  #isGivenUp = false;
  readonly #fire = () => {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const callback of callbacks) callback();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#fire, { once: true });
  }

  get isAborted(): boolean {
    return this.#signal.aborted;
  }

  /** Aborted, or given up by the kernel itself. */
  get isOver(): boolean {
    return this.#isGivenUp || this.#signal.aborted;
  }

  /** The host can not go on: whatever runs is cut off, as on an abort. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#fire();
  }

  /** Calls back once, at once where the turn is over. Returns what takes it back. */
  onOver(callback: () => void): () => void {
    if (this.isOver) {
      callback();
      return () => {};
    }
    this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  dispose(): void {
    this.#signal.removeEventListener('abort', this.#fire);
    this.#callbacks.clear();
  }
}
