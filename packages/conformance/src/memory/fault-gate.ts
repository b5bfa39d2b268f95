import { storeUnavailable } from './refusals.ts';
import type { StoreGate } from './views.ts';

/** Called around every call through the store: what makes it slow, or lets it fail, in a test. */
export interface StoreHooks {
  /** Before anything is changed. */
  readonly beforeCall?: (method: string) => Promise<void> | void;
  /** After the change, before the caller is answered. */
  readonly afterCall?: (method: string) => Promise<void> | void;
}

/** How a store in memory is told to fail. */
export interface StoreFaults {
  /** The next call of `method` rejects with `error` (default: `store-unavailable`); nothing is changed. Repeat it for several. */
  failNext(method: string, error?: Error): void;
  /** The next call of `method` makes its change, and then rejects: the answer was lost. */
  loseNextAnswer(method: string, error?: Error): void;
  /** While false, every call rejects with `store-unavailable`. */
  setAvailable(isAvailable: boolean): void;
}

/** A gate that every call passes: faults first, then the change in one go, then lost answers. */
export function createFaultGate(hooks: StoreHooks): { gate: StoreGate; faults: StoreFaults } {
  const failures = new Map<string, Error[]>();
  const losses = new Map<string, Error[]>();
  let isUp = true;

  const add = (faults: Map<string, Error[]>, method: string, error: Error): void => {
    faults.set(method, [...(faults.get(method) ?? []), error]);
  };
  const gate: StoreGate = async (method, _args, run) => {
    await hooks.beforeCall?.(method);
    if (!isUp) throw storeUnavailable(false);
    const failure = failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
    const result = run();
    await hooks.afterCall?.(method);
    const loss = losses.get(method)?.shift();
    if (loss !== undefined) throw loss;
    return result;
  };
  return {
    gate,
    faults: {
      failNext: (method, error = storeUnavailable(false)) => add(failures, method, error),
      loseNextAnswer: (method, error = storeUnavailable()) => add(losses, method, error),
      setAvailable: (isAvailable) => {
        isUp = isAvailable;
      },
    },
  };
}
