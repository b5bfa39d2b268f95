/** Node's: one round of the event loop. Only these fakes use it, to let promises run. */
declare const setImmediate: (callback: () => void) => unknown;

/** Time that moves only when it is told to. */
export interface FakeClock {
  /** Milliseconds since the clock was made. */
  now(): number;
  /** Resolves once time has moved on by `ms`, or at once when `signal` fires. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves on by `ms`: wakes each sleeper at its own time and lets it run before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on from sleeper to sleeper until `promise` settles. Rejects where nobody sleeps and nothing happens. */
  runUntil<T>(promise: Promise<T>): Promise<T>;
  /** Moves on until nobody sleeps. */
  runAll(): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** How many rounds of the event loop without a sleeper mean that nothing will ever happen. */
const stuckRounds = 1000;

/** For tests on virtual time. Who sleeps until the same time wakes in the order of going to sleep. */
export function fakeClock(): FakeClock {
  let time = 0;
  /** By time, then by order. */
  const sleeping: Sleeper[] = [];

  function wakeFirst(limit: number): boolean {
    const sleeper = sleeping[0];
    if (sleeper === undefined || sleeper.wakesAt > limit) return false;
    time = Math.max(time, sleeper.wakesAt);
    sleeper.wake();
    return true;
  }

  return {
    now: () => time,
    sleepers: () => sleeping.length,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const wake = () => {
          sleeping.splice(sleeping.indexOf(sleeper), 1);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakesAt: time + Math.max(0, ms), wake };
        sleeping.splice(placeOf(sleeper.wakesAt, sleeping), 0, sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(ms) {
      const end = time + ms;
      do await letRun();
      while (wakeFirst(end));
      time = end;
    },
    async runUntil(promise) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      promise.then(settle, settle);
      for (let idle = 0; ; idle = wakeFirst(Number.MAX_VALUE) ? 0 : idle + 1) {
        await letRun();
        if (isSettled) return promise;
        if (idle === stuckRounds) throw new Error('it waits for what never comes: nobody sleeps');
      }
    },
    async runAll() {
      do await letRun();
      while (wakeFirst(Number.MAX_VALUE));
    },
  };
}

function placeOf(wakesAt: number, sleeping: readonly Sleeper[]): number {
  let low = 0;
  let high = sleeping.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sleeping[middle]?.wakesAt ?? 0) <= wakesAt) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All that is ready, promises and callbacks, has run after it. */
function letRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
