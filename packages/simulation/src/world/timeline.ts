/** A callback that is due at a time; `cancel` takes it back. */
export interface Due {
  cancel(): void;
}

class Entry implements Due {
  readonly time: number;
  readonly order: number;
  run: (() => void) | undefined;

  constructor(time: number, order: number, run: () => void) {
    this.time = time;
    this.order = order;
    this.run = run;
  }

  cancel(): void {
    this.run = undefined;
  }
}

const settled = Promise.resolve();

/** What runs when, in virtual milliseconds. */
export class Timeline {
  readonly #heap: Entry[] = [];
  readonly #random: () => number;
  #time = 0;
  #called = 0;

  /** `random` decides the order of what is due at once. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** How many callbacks were called so far. */
  get called(): number {
    return this.#called;
  }

  now(): number {
    return this.#time;
  }

  /** Calls back once, `ms` from now; what is due at the same time is called in seeded order. */
  after(ms: number, run: () => void): Due {
    const entry = new Entry(this.#time + Math.max(0, Math.round(ms)), this.#random(), run);
    insert(this.#heap, entry);
    return entry;
  }

  /** Sets the time forward without calling back: what was due meanwhile is called late, in its order. */
  skip(ms: number): void {
    this.#time += ms;
  }

  /**
   * Goes from one callback to the next until `isOver` says so, nothing is due any more, or the next
   * one is due after `limit`. Between two all promises that can settle have settled. Rejects with
   * what a callback throws.
   */
  run(isOver: () => boolean, limit: number): Promise<void> {
    return new Promise((resolve, reject) => {
      // Ticks come after all promises, those that are made on the way included.
      const stepSoon = () => process.nextTick(step);
      const step = () => {
        const entry = isOver() ? undefined : this.#next(limit);
        if (entry === undefined) {
          resolve();
          return;
        }
        this.#time = Math.max(this.#time, entry.time);
        this.#called += 1;
        try {
          entry.run?.();
        } catch (error) {
          reject(error);
          return;
        }
        void settled.then(stepSoon);
      };
      void settled.then(stepSoon);
    });
  }

  #next(limit: number): Entry | undefined {
    const heap = this.#heap;
    for (;;) {
      const first = heap[0];
      if (first === undefined || first.time > limit) return undefined;
      takeFirst(heap);
      if (first.run !== undefined) return first;
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}

function insert(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(entry, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = entry;
}

function takeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    let child = heap[below];
    if (child === undefined) break;
    const right = heap[below + 1];
    if (right !== undefined && isBefore(right, child)) {
      child = right;
      below += 1;
    }
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}
