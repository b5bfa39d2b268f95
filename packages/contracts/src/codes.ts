/** The codes that the contracts of this package fail with. Their HTTP statuses stand in `wire`. */
export const contractCodes = {
  'invalid-input': 'The input is not of the form that it must have; the message names the field.',
  'unknown-model': 'No loaded provider knows the model.',
  'nothing-to-continue': 'A message may be left out only after a turn that did not end in `stop`.',
  'conversation-not-found': 'There is no such conversation.',
  'conversation-busy': 'A turn is running in the conversation.',
  'no-active-turn': 'No turn is running in the conversation.',
  'queue-item-not-found': 'The queued message is delivered, taken back, or never was.',
  'queue-full': 'A hundred messages wait already.',
  'attachment-not-found': 'There is no such attachment.',
  'workspace-not-found': 'There is no such workspace.',
  'blob-not-found': 'There are no bytes under this id.',
  stopping: 'The host is stopping and takes no new work.',
  overloaded: 'The event logs of all turns are full.',
  'store-unavailable': 'The store does not answer.',
  'bus-unavailable': 'The bus between the hosts does not answer.',
  'jobs-unavailable': 'The database of the background jobs does not answer.',
  'stale-epoch': 'The turn belongs to another owner now: nothing was written.',
  'version-conflict': 'The record was changed by someone else in between: nothing was written.',
  internal: 'A fault of the host.',
} as const;

export type ContractCode = keyof typeof contractCodes;
