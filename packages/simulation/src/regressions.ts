/** A seed that once broke a promise, and what it found. */
export interface Regression {
  readonly seed: number;
  /** The promise, in a sentence. */
  readonly name: string;
  readonly found: string;
}

/**
 * Histories that are run with every test, so that what they found stays found: each breaks its
 * promise where its bug is put back. New kinds of weather draw other histories from the same seeds:
 * then each is looked for again.
 */
export const regressions: readonly Regression[] = [
  {
    seed: 2679,
    name: 'who follows a conversation is told of turns that passed unseen',
    found:
      'a log that stands for all that was led on to the next one as if it were of the same turn',
  },
  {
    seed: 1795,
    name: 'a host that froze over the start of a turn says nothing of it by itself',
    found: 'the lease of a start was taken for good by a renewal that did not know of the turn yet',
  },
  {
    seed: 117,
    name: 'nothing is told in the place of a commit that may have been made',
    found: 'a step whose commit lost its answer was told as failed, and history had it',
  },
  {
    seed: 181,
    name: 'a host outlives a store that does not answer where a turn of another host is followed',
    found: 'the look for the next owner rejected, and nobody caught it',
  },
  {
    seed: 22597,
    name: 'a call that was denied never runs, whatever rules came since',
    found: 'a turn that was taken up again after a denial was allowed the call by a newer rule',
  },
];
