/** A seed that once broke a promise, and what it found. */
export interface Regression {
  readonly seed: number;
  /** The promise, in a sentence. */
  readonly name: string;
  readonly found: string;
  /** Puts the bug back: `npm run simulate:mutations -- --check` holds the history to finding it. */
  readonly mutation?: string;
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
    mutation: 'all-that-was-goes-on',
  },
  {
    seed: 1795,
    name: 'a host that froze over the start of a turn says nothing of it by itself',
    found: 'the lease of a start was taken for good by a renewal that did not know of the turn yet',
    mutation: 'frozen-start-trusted',
  },
  {
    seed: 117,
    name: 'nothing is told in the place of a commit that may have been made',
    found: 'a step whose commit lost its answer was told as failed, and history had it',
    mutation: 'unsure-commit-is-refused',
  },
  {
    seed: 209,
    name: 'a host outlives a store that does not answer where a turn of another host is followed',
    found: 'the look for the next owner rejected, and nobody caught it',
    mutation: 'look-rejects-unheard',
  },
  {
    seed: 34100,
    name: 'who follows a conversation goes on where the store was away for a while',
    found: 'a subscription ended without a word, and its socket heard nothing more',
    mutation: 'subscription-ends-silently',
  },
  {
    seed: 43546,
    name: 'another host is told a turn from the log that it has now',
    found: 'a feed went on from the log of a start that had been given up',
    mutation: 'fed-from-an-old-log',
  },
  {
    seed: 605457,
    name: 'an abort reaches the turn that its own host is just taking up',
    found: 'it was kept, and heard of only with the next renewal of the lease',
    mutation: 'abort-while-taken-up',
  },
  {
    seed: 620,
    name: 'a host that froze while it started begins no call by a lease that is over',
    found: 'until its start was through its leases had no end',
    mutation: 'leases-without-end',
  },
  {
    seed: 738,
    name: 'a call that was denied never runs, whatever rules came since',
    found: 'a turn that was taken up again after a denial was allowed the call by a newer rule',
    mutation: 'denial-outlived-by-rule',
  },
  {
    seed: 604833,
    name: 'a turn that waits for a person is woken whoever ends its question',
    found: 'a host that had given the turn up allowed the call by a rule, and told nobody',
    mutation: 'rule-ends-question-silently',
  },
  {
    seed: 613393,
    name: 'a person whose answer counts is told so',
    found: 'an answer that the store wrote twice was refused for the first writing of itself',
    mutation: 'own-answer-unknown',
  },
  {
    seed: 5251,
    name: 'a lease that is over before a call is the outcome of no turn',
    found: 'a host that froze behind the record of a call told an error, and sealed the turn so',
    mutation: 'lost-lease-is-an-outcome',
  },
  {
    seed: 10569,
    name: 'a host whose write is refused to it as to an old owner says no word more',
    found: 'it told an error and the end of a turn that went on elsewhere',
    mutation: 'refused-write-is-told',
  },
  {
    seed: 45,
    name: 'a view counts what the store may have beyond what its host has told',
    found: 'while a commit was on its way the host stood on its own log, and a view went back',
    mutation: 'commit-counts-before-it-is-told',
  },
  {
    seed: 461,
    name: 'who asks for a turn from its start on is told its start, or that it is gone',
    found: 'a repeated start joined behind a takeover in the middle, as if that were the start',
    mutation: 'told-from-the-middle',
  },
  {
    seed: 1003,
    name: 'a failed step that can not be committed either is told one error',
    found: "the provider's error was told before the commit, and the commit's behind it",
    mutation: 'two-errors-a-step',
  },
  {
    seed: 818,
    name: 'the usage of a turn is that of its committed steps',
    found: 'a step was counted before its commit, and stayed counted where that failed',
    mutation: 'uncommitted-usage-counts',
  },
  {
    seed: 122,
    name: 'a follower behind a sealed turn waits for the next one',
    found: 'it went round between closed logs of one turn for ever',
    mutation: 'follower-goes-round',
  },
  {
    seed: 1702,
    name: 'a message that is acknowledged has its image',
    found: 'images were kept behind the message, and a crash between the two lost them',
    mutation: 'image-behind-message',
  },
  {
    seed: 3009412,
    name: 'who follows a conversation that is just being made is told of it',
    found:
      'it was asked for before its first turn was written, and its followers let go as of a deleted one',
    mutation: 'start-taken-for-deletion',
  },
];
