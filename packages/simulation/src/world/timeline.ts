/** A callback that is due at a time; `cancel` takes it back. */
export interface Due {
  cancel(): void;
}

/** What runs when, in virtual milliseconds. */
export interface Timeline {
  now(): number;
  /** How many callbacks were called so far. */
  readonly called: number;
  /** Calls back once, `ms` from now; what is due at the same time is called in seeded order. */
  after(ms: number, run: () => void): Due;
  /**
   * Goes from one callback to the next until `isOver` says so, nothing is due any more, or the next
   * one is due after `limit`. Between two all promises that can settle have settled. Rejects with
   * what a callback throws.
   */
  run(isOver: () => boolean, limit: number): Promise<void>;
  /** Sets the time forward without calling back: what was due meanwhile is called late, in its order. */
  skip(ms: number): void;
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

/** `random` decides the order of what is due at once. */
export function createTimeline(random: () => number): Timeline {
  const heap: Entry[] = [];
  let time = 0;
  let called = 0;

  const next = (limit: number): Entry | undefined => {
    for (;;) {
      const first = heap[0];
      if (first === undefined || first.time > limit) return undefined;
      takeFirst(heap);
      if (first.run !== undefined) return first;
    }
  };

  return {
    now: () => time,
    get called() {
      return called;
    },
    skip: (ms) => {
      time += ms;
    },
    after(ms, run) {
      const entry = new Entry(time + Math.max(0, Math.round(ms)), random(), run);
      insert(heap, entry);
      return entry;
    },
    run: (isOver, limit) =>
      new Promise((resolve, reject) => {
        const step = () => {
          const entry = isOver() ? undefined : next(limit);
          if (entry === undefined) {
            resolve();
            return;
          }
          time = Math.max(time, entry.time);
          called += 1;
          try {
            entry.run?.();
          } catch (error) {
            reject(error);
            return;
          }
          whenSettled(step);
        };
        whenSettled(step);
      }),
  };
}

/** Ticks come after all promises, those that are made on the way included. */
function whenSettled(then: () => void): void {
  queueMicrotask(() => process.nextTick(then));
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
