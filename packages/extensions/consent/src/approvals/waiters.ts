import type { Runtime } from '@dispatch/contracts';

/** Who waits on this host for an answer, by approval. */
export class Waiters {
  readonly #wakes = new Map<string, Set<() => void>>();

  /** Calls `wake` whenever the approval may have changed, until the returned function is called. */
  add(approvalId: string, wake: () => void): () => void {
    const wakes = this.#wakes.get(approvalId) ?? new Set();
    this.#wakes.set(approvalId, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.#wakes.get(approvalId) === wakes) this.#wakes.delete(approvalId);
    };
  }

  wake(approvalId: string): void {
    for (const wake of this.#wakes.get(approvalId) ?? []) wake();
  }
}

/** One who sleeps until something may have changed. */
export class Wait {
  readonly #runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly #signals: readonly AbortSignal[];
  #isWoken = false;
  #end = () => {};

  /** Woken by the signals, too. */
  constructor(
    { runtime, signal }: { readonly runtime: Runtime; readonly signal: AbortSignal },
    turnSignal: AbortSignal,
  ) {
    this.#runtime = runtime;
    this.#signals = [signal, turnSignal];
  }

  wake(): void {
    this.#isWoken = true;
    this.#end();
  }

  /** Resolves after `ms`, or once it is woken: at once where it was since the last sleep began to end. */
  async sleep(ms: number): Promise<void> {
    const controller = this.#runtime.newAbortController();
    const end = () => controller.abort();
    this.#end = end;
    for (const signal of this.#signals) signal.addEventListener('abort', end, { once: true });
    if (this.#isWoken || this.#signals.some(({ aborted }) => aborted)) end();
    await this.#runtime.sleep(ms, controller.signal);
    for (const signal of this.#signals) signal.removeEventListener('abort', end);
    this.#isWoken = false;
  }
}
