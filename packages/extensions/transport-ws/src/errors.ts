import { CodedError } from '@dispatch/contracts';

/** What keeps this transport from being set up. Clients never see these. */
export const transportCodes = {
  'op-clash': 'Two extensions contribute the same op, or one contributes an op of the protocol.',
} as const;

export type TransportCode = keyof typeof transportCodes;

export function opClash(op: string, extension: string, other: string): CodedError {
  return new CodedError('op-clash', {
    message: `The op ${op} is contributed by ${other} and by ${extension}.`,
    hint: 'A host serves an op once: leave out one of the two extensions.',
  });
}
