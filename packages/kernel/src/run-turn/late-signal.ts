import type { KernelRuntime } from './options.ts';

/** A signal that is made when it is first asked for: most providers and tools never look. */
export class LateSignal {
  readonly #runtime: KernelRuntime;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(runtime: KernelRuntime) {
    this.#runtime = runtime;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = this.#runtime.newAbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = new Error(reason);
    this.#controller?.abort(this.#reason);
  }
}
