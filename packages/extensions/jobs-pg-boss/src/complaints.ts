import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';

const quietMs = 60_000;

/** Tells what goes wrong in the background. Never throws. */
export type Complain = (error: unknown) => void;

/**
 * Logs an error, and those that follow within a minute as a number only: while a database is away,
 * each of many timers meets the same failure again and again.
 */
export function createComplaints(logger: Logger, runtime: Pick<Runtime, 'now'>): Complain {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (error) => {
    if (runtime.now() - toldAt < quietMs) {
      untold += 1;
      return;
    }
    logger.warn('Background jobs meet errors; they go on when the database answers.', {
      error: error instanceof Error ? error.message : String(error),
      untold,
    });
    toldAt = runtime.now();
    untold = 0;
  };
}
