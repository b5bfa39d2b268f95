import { backoffMs } from '../backoff.ts';
import { isTransient } from '../dispatch-error.ts';
import type { Surroundings } from '../surroundings.ts';

const maxAttempts = 3;

/**
 * Asks up to three times, where the host does not answer or answers 503: for requests that are
 * harmless when they arrive twice. Rejects with the last error.
 */
export async function offer<T>(
  ask: () => Promise<T>,
  { random, sleep }: Pick<Surroundings, 'random' | 'sleep'>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || attempt + 1 >= maxAttempts || !isTransient(error)) throw error;
    }
    await sleep(backoffMs(attempt, random), signal);
  }
}
