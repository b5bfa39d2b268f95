import type { Runtime } from '@dispatch/contracts';

/** A signal that fires with another one, or after a while. */
export interface SearchBudget {
  readonly signal: AbortSignal;
  /** The time was spent; what was found until then is worth telling. */
  readonly isSpent: boolean;
  /** The search is over. */
  close(): void;
}

export function startSearchBudget(
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
  outer: AbortSignal,
  budgetMs: number,
): SearchBudget {
  const controller = runtime.newAbortController();
  let isSpent = false;
  const stop = () => controller.abort();
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  void runtime.sleep(budgetMs, controller.signal).then(() => {
    if (controller.signal.aborted) return;
    isSpent = true;
    stop();
  });
  return {
    signal: controller.signal,
    get isSpent() {
      return isSpent;
    },
    close() {
      outer.removeEventListener('abort', stop);
      stop();
    },
  };
}
