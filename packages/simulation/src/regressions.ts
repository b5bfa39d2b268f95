/** A seed that once broke a promise, and what it found. */
export interface Regression {
  readonly seed: number;
  /** The promise, in a sentence. */
  readonly name: string;
  readonly found: string;
}

/** Histories that are run with every test, so that what they found stays found. */
export const regressions: readonly Regression[] = [
  {
    seed: 6,
    name: 'the usage of a turn is the sum over its committed steps',
    found: 'a step that could not be committed counted in the usage of its turn',
  },
  {
    seed: 2,
    name: 'a follower that has read all waits',
    found: 'a follower went round between two closed logs without an end',
  },
];
