import type { Runtime } from '@dispatch/contracts';

/** What `promise` settles with, or undefined after `ms`: then it is waited for no more. */
export async function orTimeout<T>(
  promise: Promise<T>,
  ms: number,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
): Promise<T | undefined> {
  const settled = runtime.newAbortController();
  try {
    return await Promise.race([promise, runtime.sleep(ms, settled.signal).then(() => undefined)]);
  } finally {
    settled.abort();
  }
}
