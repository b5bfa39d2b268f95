import { setTimeout as sleep } from 'node:timers/promises';
import { DispatchError, isTransient } from '@dispatch/client';

const pauseMs = 150;

/**
 * Asks until the cluster answers: for requests that are harmless when they arrive twice. Rejects
 * with what a host refuses, and with the last error after `withinMs`.
 */
export async function patiently<T>(withinMs: number, ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isTransient(error) || performance.now() > until) throw error;
    }
    await sleep(pauseMs);
  }
}

/** True where a host refused with this code. */
export function isRefusedWith(error: unknown, code: string): boolean {
  return error instanceof DispatchError && error.code === code;
}
