/** So many may be busy at a time; the others wait in their order. */
export interface Slots {
  /**
   * Resolves with what gives the slot back, which may be called often. Resolves with undefined where
   * too many wait already, or `gaveUp` resolves first.
   */
  take(gaveUp: Promise<void>): Promise<(() => void) | undefined>;
}

export function createSlots(count: number, mostWaiting: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;

  const take = () => {
    free -= 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      free += 1;
      const [next] = waiting;
      next?.();
    };
  };

  return {
    async take(gaveUp) {
      if (free > 0) return take();
      if (waiting.size >= mostWaiting) return undefined;
      const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>();
      const serve = () => {
        waiting.delete(serve);
        resolve(take());
      };
      waiting.add(serve);
      void gaveUp.then(() => {
        if (waiting.delete(serve)) resolve(undefined);
      });
      return promise;
    },
  };
}
