export interface BatchOptions<Call, Result> {
  /** How many calls may be under way, each in a statement of its own. */
  readonly maxAlone: number;
  /** Two calls of one key never go in one batch. */
  keyOf(call: Call): string;
  /** Makes one call, whatever stands in its way. */
  one(call: Call): Promise<Result>;
  /**
   * Makes several in one statement that waits for no lock. Results by key; what it leaves out, or
   * all where it rejects, is made one by one.
   */
  many(calls: readonly Call[]): Promise<ReadonlyMap<string, Result>>;
}

interface Waiting<Call, Result> {
  readonly call: Call;
  readonly resolve: (result: Promise<Result>) => void;
}

/** Fewer cost as much in a batch as they do alone. */
const minBatch = 8;
const maxBatch = 64;

/**
 * Makes calls at once while few are under way, and sends those that would have to wait for a
 * connection together: a store that is not busy answers as soon as ever, a busy one has fewer
 * statements to carry out. One batch at a time. What waits is bounded by its callers, who wait too.
 */
export function createBatches<Call, Result>(
  options: BatchOptions<Call, Result>,
): (call: Call) => Promise<Result> {
  const { maxAlone, keyOf, one, many } = options;
  let waiting: Waiting<Call, Result>[] = [];
  let alone = 0;
  let hasBatch = false;

  const makeAlone = async (call: Call): Promise<Result> => {
    alone += 1;
    try {
      return await one(call);
    } finally {
      alone -= 1;
      goOn();
    }
  };
  const makeBatch = async (): Promise<void> => {
    const batch = new Map<string, Waiting<Call, Result>>();
    waiting = waiting.filter((entry) => {
      const key = keyOf(entry.call);
      if (batch.size === maxBatch || batch.has(key)) return true;
      batch.set(key, entry);
      return false;
    });
    hasBatch = true;
    const results = await many([...batch.values()].map(({ call }) => call)).catch(() => undefined);
    hasBatch = false;
    for (const [key, { call, resolve }] of batch) {
      const result = results?.get(key);
      resolve(result === undefined ? one(call) : Promise.resolve(result));
    }
    goOn();
  };
  const goOn = (): void => {
    if (!hasBatch && waiting.length >= minBatch) void makeBatch();
    while (alone < maxAlone) {
      const next = waiting.shift();
      if (next === undefined) return;
      next.resolve(makeAlone(next.call));
    }
  };

  return (call) => {
    if (alone < maxAlone && waiting.length === 0) return makeAlone(call);
    return new Promise((resolve) => void waiting.push({ call, resolve }));
  };
}
