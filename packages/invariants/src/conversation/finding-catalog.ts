/** Every code that a conversation can be found with, and what would put it right. */
export const findingCatalog = {
  // The conversation as a whole.
  'last-seq-mismatch': "Set the conversation's lastSeq to the seq of its last chunk.",
  'status-mismatch': 'Set the status by whether a turn runs.',
  // Chunks.
  'seq-gap':
    'Number the chunks again from 1 in their order; what is missing has to come from a backup.',
  'chunk-invalid': 'Replace the chunk by an `error` chunk that says what stood there.',
  'chunk-role-wrong': 'Give the chunk the role that its type belongs to.',
  'chunk-text-empty': 'Replace the chunk by an `error` chunk: a text is never empty.',
  'chunk-turn-unknown': 'Give the chunk to the turn whose range of seqs it stands in.',
  'chunk-turn-order': 'Give the chunk to the turn whose range of seqs it stands in.',
  'chunk-step-wrong': 'Give the chunk the stepId of the step whose commit it stands in.',
  // Calls and their results.
  'call-id-repeated': 'Give the later call, and its result, an id of its own.',
  'call-without-result': 'Add a result with `isError` and `interrupted` behind the call.',
  'result-without-call': 'Replace the result by an `error` chunk that says what stood there.',
  'result-repeated': 'Keep the first result; replace the others by `error` chunks.',
  'result-late': "Move the result before the next step's first chunk.",
  'result-mismatch': 'Give the result the name and the step of its call.',
  'invented-result-not-error': 'Set `isError` on the result: the host invented it.',
  // Turns.
  'turn-repeated': 'Keep the first turn of the id; give the other an id of its own.',
  'turn-range-wrong': "Set the turn's seqs by the chunks that name it.",
  'turn-seal-incomplete':
    'Seal the turn again with finishReason `error` and the last seq of its chunks.',
  'turn-not-last': 'Seal the running turn with finishReason `error`: a later one has begun.',
  'epoch-wrong': 'Set the epoch above that of every step: older owners stay locked out.',
  'event-number-wrong':
    "Set the event number to the first of the turn's owner: readers then get a `resync`.",
  'usage-mismatch': "Set the turn's usage to the sum of its steps'.",
  'context-size-mismatch': "Set the turn's contextSize by the usage of its last step.",
  // Steps.
  'step-count-mismatch': 'Set the count of steps to the number of those that are committed.',
  'step-index-gap': "Number the turn's steps again from 0.",
  'step-seq-wrong': "Set the step's lastSeq to the seq of its last chunk.",
  'step-metrics-mismatch': "Set the step's id and number of calls by its index and its chunks.",
  // What waits.
  'queue-too-long': 'Nothing is lost: start a turn, which takes all that waits.',
  'queue-id-repeated': 'Give the later message an id of its own.',
  'queued-message-invalid': 'Take the message out of the queue, and tell its author.',
  // The ledger.
  'ledger-without-turn': 'Clear the ledger: no turn runs that could go on with it.',
  'ledger-response-invalid': "Clear the step's ledger: the model is asked again.",
  'ledger-step-mismatch': 'Clear the ledger: it is of a step that is not under way.',
  'ledger-call-unknown': 'Drop the call from the ledger: its response does not name it.',
  'ledger-call-repeated': 'Keep the entry that has a result.',
  'ledger-result-invalid': 'Drop the result: the call is then one of which nothing more is known.',
  'ledger-tool-step-invalid': "Drop the tool's step: it is then done again.",
  // Leases.
  'lease-wrong': 'Release the turn: any host can then claim it at once.',
  'lease-over': 'Start a host on this store: it takes the turn over.',
} as const;

export type FindingCode = keyof typeof findingCatalog;
