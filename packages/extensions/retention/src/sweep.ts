import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { Rule } from './rules.ts';

/** Between batches, so that those who hold conversations get in between. */
const pauseMs = 100;
/** What is left after so long waits for the next sweep. */
const longestMs = 1_800_000;

/**
 * Applies the rules once, batch by batch, and logs what went. Ends early, between two batches, when
 * `signal` fires. Rejects where a batch does; what went before that is gone and logged.
 */
export async function sweep(
  rules: readonly Rule[],
  runtime: Pick<Runtime, 'now' | 'wallNow' | 'sleep'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const until = runtime.now() + longestMs;
  const isOver = () => signal.aborted || runtime.now() >= until;
  for (const { what, batch, measure, remove } of rules) {
    let after = await measure?.(undefined);
    while (after !== undefined && !isOver()) {
      await runtime.sleep(pauseMs, signal);
      after = await measure?.(after);
    }
    let removed = 0;
    try {
      while (!isOver()) {
        const count = await remove(runtime.wallNow(), batch);
        removed += count;
        if (count < batch) break;
        await runtime.sleep(pauseMs, signal);
      }
    } finally {
      if (removed > 0) logger.info(`Removed ${what}.`, { removed });
    }
  }
}
