import { CodedError } from '@dispatch/contracts';

/** What keeps this transport from being set up or from listening. Clients never see these. */
export const transportCodes = {
  'port-in-use': 'Another process listens on the port.',
  'port-forbidden': 'The system does not let this process listen on the port.',
  'address-unavailable': 'The address to listen on is not one of this machine.',
  'token-required': 'An address other than loopback needs a token.',
  'invalid-route': 'An extension contributes a route that can not be served.',
  'route-clash': 'Two extensions contribute the same route.',
} as const;

export type TransportCode = keyof typeof transportCodes;

export function transportError(
  code: TransportCode,
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): CodedError {
  return new CodedError(code, { message, ...options });
}
