import type { KernelRuntime } from '@dispatch/kernel';

/**
 * Everything that is not deterministic. Given to each extension by the host; nothing of Dispatch
 * takes it from its surroundings, so the whole host runs in simulation on virtual time.
 */
export interface Runtime extends KernelRuntime {
  /** Epoch milliseconds, of the wall: what people read. May jump. */
  wallNow(): number;
  /** Milliseconds, monotonic, any origin: what durations are measured with. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` fires. Never rejects. Does not keep the process alive by itself once the host has stopped. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
  /** `bytes` random bytes as hexadecimal digits. For ids and spans, not for keys. */
  randomHex(bytes: number): string;
  /** A UUIDv7 of `wallNow`: sorts by time, strictly increasing within one runtime. */
  newId(): string;
  newCallId(): string;
  newAbortController(): AbortController;
}
