import type { Runtime } from '@dispatch/contracts';

const checkEveryMs = 1000;

/**
 * Bounds how long an answer may be waited for. A timer for each statement would cost more than the
 * statement does here: one looks once a second, and only while something is waited for.
 */
export function createDeadline(runtime: Pick<Runtime, 'now' | 'sleep'>, timeoutMs: number) {
  const waiting = new Set<{ readonly since: number; readonly reject: (error: Error) => void }>();
  let isWatching = false;

  async function watch(): Promise<void> {
    isWatching = true;
    while (waiting.size > 0) {
      await runtime.sleep(checkEveryMs);
      const limit = runtime.now() - timeoutMs;
      for (const call of waiting) {
        if (call.since > limit) break;
        waiting.delete(call);
        call.reject(new Error(`PostgreSQL gave no answer in ${timeoutMs} ms.`));
      }
    }
    isWatching = false;
  }

  return <T>(answer: PromiseLike<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const call = { since: runtime.now(), reject };
      waiting.add(call);
      if (!isWatching) void watch();
      answer.then(
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
