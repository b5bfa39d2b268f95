/** What was found to be wrong. */
export interface Violations {
  readonly count: number;
  /** The first hundred. */
  readonly list: readonly string[];
  add(words: string): void;
}

const kept = 100;

/** Each one is told at once, by `tell`: the run goes on, and others may follow from it. */
export function createViolations(tell: (words: string) => void): Violations {
  const list: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    list,
    add(words) {
      count += 1;
      if (list.length >= kept) return;
      list.push(words);
      tell(words);
    },
  };
}
