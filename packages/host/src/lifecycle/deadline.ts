import type { Runtime } from '@dispatch/contracts';

/**
 * Settles as `work` does, or rejects with `late()` when `ms` are over. The work itself is not
 * stopped by that: what it still does is the caller's to clean up.
 */
export async function withDeadline<T>(
  runtime: Runtime,
  ms: number,
  work: () => Promise<T>,
  late: () => Error,
): Promise<T> {
  const controller = runtime.newAbortController();
  try {
    return await new Promise<T>((resolve, reject) => {
      void runtime.sleep(ms, controller.signal).then(() => {
        if (!controller.signal.aborted) reject(late());
      });
      work().then(resolve, reject);
    });
  } finally {
    controller.abort();
  }
}
