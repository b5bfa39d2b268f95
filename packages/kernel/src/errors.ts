/** The codes that a turn itself can fail with (WIRE.md section 4). A provider may add codes of its own catalog. */
export const turnErrorCodes = {
  'provider-error': 'The provider failed or answered with an error.',
  'provider-timeout': 'The provider fell silent for longer than `streamIdleMs`.',
  'no-progress': 'The same calls came back with the same results again and again.',
  'too-many-errors': 'In several steps in a row every call failed.',
  'turn-unrecoverable': 'The turn brought its host down too often.',
  'store-unavailable': 'What the turn said could not be committed.',
  internal: 'A fault of the host.',
} as const;

export type TurnErrorCode = keyof typeof turnErrorCodes;
