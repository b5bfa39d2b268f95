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

const late = Symbol('late');

/**
 * One getter for all objects that have it: a getter of its own would give each of them a hidden class
 * of its own, which keeps all that the getter reaches until the next full garbage collection.
 */
const signalProperty = {
  enumerable: true,
  configurable: true,
  get(this: { readonly [late]: LateSignal }): AbortSignal {
    return this[late].signal;
  },
};

/** The fields with a `signal` that is made when it is first asked for; a copy by `...` asks for it. */
export function withSignal<Fields extends object>(
  fields: Fields,
  signal: LateSignal,
): Fields & { readonly signal: AbortSignal } {
  const context = Object.defineProperty({ ...fields, [late]: signal }, 'signal', signalProperty);
  // What `defineProperty` adds is in no type.
  return context as typeof context & { readonly signal: AbortSignal };
}
