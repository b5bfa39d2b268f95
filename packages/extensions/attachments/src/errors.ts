import { CodedError } from '@dispatch/contracts';

/** What this package refuses beside what the contract `blobs` does. */
export const attachmentCodes = {
  'attachment-not-found': 'There are no bytes under the id.',
  'unsupported-media-type': 'The Content-Type is missing, or none that bytes can have.',
  overloaded: 'As many attachments are on their way as may.',
} as const;

export function attachmentError(
  code: keyof typeof attachmentCodes,
  message: string,
  hint?: string,
): CodedError {
  return new CodedError(code, { message, ...(hint === undefined ? {} : { hint }) });
}
