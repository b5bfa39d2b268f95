/**
 * Lets at most `max` run at once, and what must be alone run alone; in the order of asking. What
 * waits for its turn to be alone holds back those behind it, so it is not passed over for ever.
 */
export class Semaphore {
  readonly #max: number;
  #running = 0;
  #isExclusive = false;
  readonly #waiting: { readonly isShared: boolean; readonly start: () => void }[] = [];

  constructor(max: number) {
    this.#max = Math.max(1, max);
  }

  /** Resolves when it is one's turn; to be followed by one `release`. */
  acquire(isShared: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isShared, start: resolve });
      this.#admit();
    });
  }

  release(): void {
    this.#running -= 1;
    this.#isExclusive = false;
    this.#admit();
  }

  #admit(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const fits = next.isShared
        ? !this.#isExclusive && this.#running < this.#max
        : this.#running === 0;
      if (!fits) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#isExclusive = !next.isShared;
      next.start();
    }
  }
}
