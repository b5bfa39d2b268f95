/** What a client may never see (WIRE.md sections 1 and 3). */
export const streamViolations = {
  'conversation-mixed': 'Events of another conversation.',
  'number-gap': 'A number was left out.',
  'number-repeated': 'A number came a second time, or a lower one.',
  'turn-start-missing': 'A turn that did not begin with its `turn-start`.',
  'turn-start-repeated': 'A `turn-start` that is not the first.',
  'turn-not-sealed': 'Another turn began before the seal of the one before it.',
  'event-after-done': 'Something other than the seal behind `done`.',
  'event-after-seal': 'Something behind `turn-sealed`.',
  'done-missing': 'A seal without a `done`.',
  'done-mismatch': 'A `done` that does not fit the steps and errors before it.',
  'step-order': 'A step begins inside another, again, or out of its turn.',
  'step-mismatch': 'An event of a step that is not under way.',
  'step-incomplete': 'A step completed with calls that have no result, or not as it failed.',
  'reset-missing': 'A new owner went on with a step without its `step-reset`.',
  'reset-misplaced': "A `step-reset` that is no new owner's first event, or of a wrong step.",
  'steering-misplaced': '`steering` inside a step.',
  'message-repeated': 'A queued message joined twice.',
  'call-repeated': 'A call was told twice.',
  'result-without-call': 'A result or an output without its call.',
  'result-repeated': "A result or an output behind the call's result.",
  'committed-seq-lower': 'committedSeq went down.',
  'text-mismatch': 'What was streamed of a step is not what was committed.',
  'calls-mismatch': 'The calls that were told of a step are not those that were committed.',
  'step-not-told': "A step was committed of which a turn's faithful reader was never told.",
} as const;

export type StreamViolationCode = keyof typeof streamViolations;

/** What went wrong, at which event. Plain data. */
export interface StreamViolation {
  readonly code: StreamViolationCode;
  readonly turnId: string;
  /** The event's number; absent where history is compared. */
  readonly n?: number;
  readonly message: string;
}
