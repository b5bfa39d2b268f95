import type { Surroundings } from '../surroundings.ts';

export interface ManualClock extends Pick<Surroundings, 'sleep' | 'now' | 'random'> {
  /** Lets time pass. */
  advance(ms: number): void;
  /** How long each wait between two connections was to be. They are over at once. */
  readonly backoffs: readonly number[];
}

/** Time that stands still until it is told otherwise; only waits of up to 8 s are over at once. */
export function manualClock(): ManualClock {
  const waits = new Set<{ readonly at: number; readonly wake: () => void }>();
  const backoffs: number[] = [];
  let time = 0;

  return {
    now: () => time,
    random: seededRandom(1),
    backoffs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        if (ms <= 8000) {
          backoffs.push(ms);
          setImmediate(resolve);
          return;
        }
        const wait = {
          at: time + ms,
          wake() {
            waits.delete(wait);
            resolve();
          },
        };
        waits.add(wait);
        signal.addEventListener('abort', wait.wake, { once: true });
      }),
    advance(ms) {
      time += ms;
      for (const wait of waits) if (wait.at <= time) wait.wake();
    },
  };
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
