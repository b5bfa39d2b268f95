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
  const deadline = runtime.sleep(ms, controller.signal).then((): never => {
    throw late();
  });
  // Woken by the abort below, it rejects with nobody listening any more.
  deadline.catch(() => {});
  try {
    return await Promise.race([work(), deadline]);
  } finally {
    controller.abort();
  }
}
