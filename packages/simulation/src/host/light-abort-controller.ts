type Handler = (this: AbortSignal, event: Event) => unknown;
type Listener = Handler | { handleEvent(event: Event): unknown };

/** Made once: an exception with its stack for each abort costs more than a step of a turn. */
const defaultReason = new Error('aborted');
const abortEvent = new Event('abort');

/**
 * As Node's, without what makes that one slow: a host makes several for each step of a turn, and a
 * simulation thousands a second.
 */
export class LightAbortController implements AbortController {
  readonly signal = new LightAbortSignal();

  abort(reason: unknown = defaultReason): void {
    this.signal.fire(reason);
  }
}

class LightAbortSignal implements AbortSignal {
  aborted = false;
  reason: unknown;
  onabort: Handler | null = null;
  #listeners: Listener[] = [];

  fire(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent(abortEvent);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** All are taken out when the signal fires, which it does once. */
  addEventListener(_type: string, listener: Listener | null): void {
    if (listener !== null && !this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: string, listener: Listener | null): void {
    const index = listener === null ? -1 : this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  dispatchEvent(event: Event): boolean {
    this.onabort?.call(this, event);
    // One that an earlier one takes out is not called.
    for (;;) {
      const listener = this.#listeners.shift();
      if (listener === undefined) break;
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    return true;
  }
}
