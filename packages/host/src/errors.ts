import { CodedError, type CodedErrorOptions } from '@dispatch/contracts';

/** What a host's start and stop can fail with. The hint of each error says what to change. */
export const hostCodes = {
  'api-version-mismatch':
    'An extension was written for another major version of the contracts than this host has.',
  'bad-options': 'An extension does not take the options that the configuration has for it.',
  'bad-contribution': 'An extension does not contribute what it declares in `provides`.',
  'contract-unknown': 'An extension names a contract that does not exist.',
  'dependency-cycle': 'Extensions need one another in a circle.',
  'duplicate-extension': 'Two extensions of one name are in the list.',
  'duplicate-provider': 'Two extensions provide a contract that only one may provide.',
  'extension-failed': 'An extension failed to set up, start or listen; the cause is its own error.',
  'extension-timeout': 'An extension took longer than its deadline to set up, start or stop.',
  'missing-provider': 'No extension in the list provides a contract that another needs.',
  'options-unclaimed': 'The configuration has options for an extension that is not in the list.',
  'host-used': 'A host starts once: this one was started or stopped before.',
  'host-stopped': 'The host was told to stop while it started.',
  'host-stop-failed': 'Everything was told to stop, and some of it failed or took too long.',
} as const;

export type HostCode = keyof typeof hostCodes;

export function hostError(code: HostCode, options: CodedErrorOptions): CodedError {
  return new CodedError(code, options);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
