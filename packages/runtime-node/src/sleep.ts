/** A longer delay overflows Node's timers, which then fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** As `Runtime.sleep`. Any delay is waited in full, infinity included. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    let timer: NodeJS.Timeout;
    let restMs = ms;
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const wait = () => {
      const partMs = Math.min(restMs, longestTimerMs);
      restMs -= partMs;
      timer = setTimeout(restMs > 0 ? wait : finish, partMs);
      timer.unref();
    };
    signal?.addEventListener('abort', finish, { once: true });
    wait();
  });
}
