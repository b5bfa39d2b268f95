/** Runs work of one lane in its order, and lanes beside each other. */
export interface Lanes {
  /** Undefined: a lane of its own. */
  run(lane: string | undefined, work: () => Promise<void>): Promise<void>;
}

/** Keeps nothing of a lane in which nothing is under way. */
export function createLanes(): Lanes {
  const last = new Map<string, Promise<void>>();
  return {
    async run(lane, work) {
      if (lane === undefined) return work();
      const before = last.get(lane);
      const own = before === undefined ? work() : before.then(work, work);
      last.set(lane, own);
      try {
        await own;
      } finally {
        if (last.get(lane) === own) last.delete(lane);
      }
    },
  };
}
