import type { Surroundings } from './surroundings.ts';

export interface SilenceWatch {
  /** Something was heard. Cheap: called for every read. */
  touch(): void;
  stop(): void;
}

/**
 * Calls back each time nothing was heard for a while, with for how long; one timer, however often
 * something is heard.
 *
 * @param marksMs  When to call, in milliseconds of silence, ascending; at the last one it stops.
 */
export function watchSilence(
  { now, sleep }: Pick<Surroundings, 'now' | 'sleep'>,
  marksMs: readonly number[],
  onSilence: (mark: number) => void,
): SilenceWatch {
  const stopped = new AbortController();
  let heardAt = now();

  const watch = async () => {
    let reached = 0;
    let seenAt = heardAt;
    while (!stopped.signal.aborted) {
      if (heardAt !== seenAt) {
        seenAt = heardAt;
        reached = 0;
      }
      const mark = marksMs[reached];
      if (mark === undefined) return;
      const rest = heardAt + mark - now();
      if (rest > 0) {
        await sleep(rest, stopped.signal);
      } else {
        reached += 1;
        onSilence(reached - 1);
      }
    }
  };
  void watch();

  return {
    touch: () => {
      heardAt = now();
    },
    stop: () => stopped.abort(),
  };
}
