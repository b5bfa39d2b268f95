import type { KernelRuntime } from './options.ts';

interface Entry {
  dueMs: number;
  readonly callback: () => void;
}

/**
 * All deadlines of one turn on one sleep: a turn has thousands of them, and hardly one is ever met.
 * An entry that is taken back leaves the sleep as it is. Without a clock a deadline can be late by
 * as much as the sleep that was under way when it was set.
 */
export class TurnTimer {
  readonly #runtime: KernelRuntime;
  readonly #entries = new Set<Entry>();
  /** Time as the sleeps have told it, where there is no clock. */
  #sleptMs = 0;
  #wakesAt = Number.POSITIVE_INFINITY;
  #sleeping: AbortController | undefined;

  constructor(runtime: KernelRuntime) {
    this.#runtime = runtime;
  }

  /** Calls back once, `ms` from now. Returns what takes it back. */
  after(ms: number, callback: () => void): () => void {
    const entry: Entry = { dueMs: this.#now() + ms, callback };
    this.#entries.add(entry);
    if (entry.dueMs < this.#wakesAt) void this.#sleepUntil(entry.dueMs);
    return () => {
      this.#entries.delete(entry);
    };
  }

  dispose(): void {
    this.#entries.clear();
    this.#sleeping?.abort(timerReset);
    this.#sleeping = undefined;
  }

  #now(): number {
    return this.#runtime.now?.() ?? this.#sleptMs;
  }

  async #sleepUntil(dueMs: number): Promise<void> {
    this.#sleeping?.abort(timerReset);
    const sleeping = this.#runtime.newAbortController();
    this.#sleeping = sleeping;
    this.#wakesAt = dueMs;
    const ms = Math.max(0, dueMs - this.#now());
    await this.#runtime.sleep(ms, sleeping.signal);
    if (this.#sleeping !== sleeping) return;
    this.#sleeping = undefined;
    this.#sleptMs += ms;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    this.#fire();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) next = Math.min(next, entry.dueMs);
    if (next < this.#wakesAt) void this.#sleepUntil(next);
  }

  #fire(): void {
    // What a clock and a timer disagree on by less than a millisecond is due.
    const now = this.#now() + 1;
    for (const entry of [...this.#entries]) {
      if (entry.dueMs > now || !this.#entries.delete(entry)) continue;
      entry.callback();
    }
  }
}

/** Made once: without a reason each abort would make an exception, with its stack, that nobody reads. */
const timerReset = new Error('the timer is set anew');
