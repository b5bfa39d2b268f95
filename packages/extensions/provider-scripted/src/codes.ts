/** The codes of this package. */
export const scriptedCodes = {
  'invalid-script': 'The message is a JSON array, but no script; the message names the item.',
} as const;
