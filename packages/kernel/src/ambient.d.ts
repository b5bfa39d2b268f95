/**
 * The few members of the web's abort types that the kernel touches. The compiler of the kernel has
 * no library beyond the language, so nothing else of its surroundings can be named here; a consumer
 * with the real types sees those.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
