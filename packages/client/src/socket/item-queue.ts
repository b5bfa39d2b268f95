/** Items on their way to one reader, in order. */
export interface ItemQueue<T> {
  /** False where it is full: nothing was added. */
  push(item: T): boolean;
  /** Drops what waits. */
  clear(): void;
  /** The reader gets what waits, then the end; or `error`, where one is given. */
  end(error?: Error): void;
  /** The next item; `undefined` at the end. One call at a time. */
  next(): Promise<T | undefined>;
}

export function createItemQueue<T>(capacity: number): ItemQueue<T> {
  let items: T[] = [];
  let head = 0;
  let ended: { readonly error?: Error } | undefined;
  let wake: (() => void) | undefined;

  const notify = () => {
    wake?.();
    wake = undefined;
  };

  return {
    push(item) {
      if (ended !== undefined) return true;
      if (items.length - head >= capacity) return false;
      items.push(item);
      notify();
      return true;
    },
    clear() {
      items = [];
      head = 0;
    },
    end(error) {
      ended ??= error === undefined ? {} : { error };
      notify();
    },
    async next() {
      for (;;) {
        const item = items[head];
        if (item !== undefined) {
          head += 1;
          // Given back in one go: shifting each item out would cost the whole list each time.
          if (head === items.length) {
            items = [];
            head = 0;
          }
          return item;
        }
        if (ended?.error !== undefined) throw ended.error;
        if (ended !== undefined) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
