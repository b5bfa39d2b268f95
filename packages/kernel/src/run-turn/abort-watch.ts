/**
 * One listener on the turn's signal, however many calls wait for it: racing each of them against a
 * promise of the turn's would hold all of them until its end.
 */
export class AbortWatch {
  readonly #signal: AbortSignal;
  readonly #callbacks = new Set<() => void>();
  readonly #onAbort = () => {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const callback of callbacks) callback();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get isAborted(): boolean {
    return this.#signal.aborted;
  }

  /** Calls back once, at once where the signal has fired. Returns what takes it back. */
  onAbort(callback: () => void): () => void {
    if (this.#signal.aborted) {
      callback();
      return () => {};
    }
    this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  dispose(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#callbacks.clear();
  }
}
