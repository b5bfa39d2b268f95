import type { ProviderError } from '@dispatch/kernel';
import type { ServerWords } from './error-words.ts';

/** KERNEL.md rule 6. */
function isRetryableStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 409 || status === 408;
}

/** Words for a failure that another attempt can not mend. */
const lasting =
  /invalid|unauthori[sz]ed|authentication|permission|forbidden|not_?found|unsupported|quota|billing|payment|context_length|too_large|moderation|content_(filter|policy)/i;
/** Words for one that it may, whatever else they say. */
const passing = /rate_?limit|overload|too_many|timeout|server_error|unavailable|exhausted/i;

/** An answer whose status says that the request failed. */
export function statusFailure(
  status: number,
  said: ServerWords,
  retryAfterMs: number | undefined,
): ProviderError {
  const wait = retryAfterMs ?? said.retryAfterMs;
  return {
    code: 'provider-error',
    message: `The provider answered with status ${status}${quoted(said.words)}${adviceFor(status, said)}`,
    retryable: isRetryableStatus(status),
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/** An error that a server reports in a body or a stream that began as a success. */
export function reportedFailure(said: ServerWords): ProviderError {
  const { status, kind = '', words, retryAfterMs } = said;
  return {
    code: 'provider-error',
    message: `The provider reported an error${status === undefined ? '' : ` with status ${status}`}${quoted(words)}`,
    retryable:
      status === undefined ? passing.test(kind) || !lasting.test(kind) : isRetryableStatus(status),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** An answer that broke off, made no sense, or never was one: worth another attempt. */
export function brokenAnswer(what: string): ProviderError {
  return { code: 'provider-error', message: what, retryable: true };
}

function quoted(words: string): string {
  return words === '' ? '.' : `: ${words}`;
}

function adviceFor(status: number, { words }: ServerWords): string {
  return status < 500 && words.includes('stream_options')
    ? ' (Set the option includeUsage to false for a server that does not take stream_options.)'
    : '';
}
