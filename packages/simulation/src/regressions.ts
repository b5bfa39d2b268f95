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
    seed: 209,
    name: 'a host outlives a store that does not answer where a turn of another host is followed',
    found: 'the look for the next owner rejected, and nobody caught it',
  },
  {
    seed: 34100,
    name: 'who follows a conversation goes on where the store was away for a while',
    found: 'a subscription ended without a word, and its socket heard nothing more',
  },
  {
    seed: 43546,
    name: 'another host is told a turn from the log that it has now',
    found: 'a feed went on from the log of a start that had been given up',
  },
  {
    seed: 605457,
    name: 'an abort reaches the turn that its own host is just taking up',
    found: 'it was kept, and heard of only with the next renewal of the lease',
  },
  {
    seed: 620,
    name: 'a host that froze while it started begins no call by a lease that is over',
    found: 'until its start was through its leases had no end',
  },
  {
    seed: 738,
    name: 'a call that was denied never runs, whatever rules came since',
    found: 'a turn that was taken up again after a denial was allowed the call by a newer rule',
  },
  {
    seed: 604833,
    name: 'a turn that waits for a person is woken whoever ends its question',
    found: 'a host that had given the turn up allowed the call by a rule, and told nobody',
  },
  {
    seed: 613393,
    name: 'a person whose answer counts is told so',
    found: 'an answer that the store wrote twice was refused for the first writing of itself',
  },
];
