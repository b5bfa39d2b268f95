interface Sleeper {
  readonly wakesAt: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Time that moves only when it is told to. Nothing here waits for the real clock. */
export interface VirtualClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves on by `ms`, waking each sleeper at its own time and letting it run before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on from sleeper to sleeper until `promise` settles; where nobody sleeps, lets real input and output go on. */
  runUntil<T>(promise: Promise<T>): Promise<T>;
  /** How many sleep now. */
  sleepers(): number;
}

export function virtualClock(): VirtualClock {
  let time = 0;
  let nextOrder = 0;
  const sleeping = new Set<Sleeper>();

  const first = (): Sleeper | undefined => {
    let found: Sleeper | undefined;
    for (const sleeper of sleeping) {
      if (found === undefined || isBefore(sleeper, found)) found = sleeper;
    }
    return found;
  };

  const wakeFirstUntil = (limit: number): boolean => {
    const sleeper = first();
    if (sleeper === undefined || sleeper.wakesAt > limit) return false;
    time = Math.max(time, sleeper.wakesAt);
    sleeper.wake();
    return true;
  };

  return {
    now: () => time,
    sleepers: () => sleeping.size,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakesAt: time + Math.max(0, ms), order: nextOrder++, wake };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(ms) {
      const end = time + ms;
      do await letRun();
      while (wakeFirstUntil(end));
      time = end;
    },
    async runUntil(promise) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      promise.then(settle, settle);
      for (;;) {
        await letRun();
        if (isSettled) return promise;
        wakeFirstUntil(Number.MAX_VALUE);
      }
    },
  };
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.wakesAt < b.wakesAt || (a.wakesAt === b.wakesAt && a.order < b.order);
}

/** One round of the event loop: all that is ready, promises and callbacks, has run after it. */
function letRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
