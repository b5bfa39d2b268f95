import type { Runtime } from '@dispatch/contracts';
import { storeUnavailable } from './database-error.ts';

const checkEveryMs = 1000;

/**
 * Bounds how long calls may stay unanswered: a server that froze sends no error. One timer for all
 * of them, and only while there are any.
 */
export function createDeadline(runtime: Runtime, timeoutMs: number) {
  const waiting = new Set<{ readonly since: number; readonly reject: (error: Error) => void }>();
  let isWatching = false;

  const watch = async (): Promise<void> => {
    isWatching = true;
    while (waiting.size > 0) {
      await runtime.sleep(checkEveryMs);
      const limit = runtime.now() - timeoutMs;
      for (const call of waiting) {
        if (call.since > limit) break;
        waiting.delete(call);
        call.reject(storeUnavailable(`PostgreSQL gave no answer in ${timeoutMs} ms.`));
      }
    }
    isWatching = false;
  };

  return <T>(run: () => PromiseLike<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const call = { since: runtime.now(), reject };
      waiting.add(call);
      if (!isWatching) void watch();
      run().then(
        (value) => {
          waiting.delete(call);
          resolve(value);
        },
        (error) => {
          waiting.delete(call);
          reject(error);
        },
      );
    });
}
