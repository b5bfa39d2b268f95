import type { ProviderError } from '@dispatch/kernel';
import { isRecord, type JsonRecord, listField, textField } from '../json-shape.ts';

/** What the codes of Node's network layer mean to a reader. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the server closed it',
  EPIPE: 'the server closed it',
  UND_ERR_SOCKET: 'the server closed it',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'it took too long',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_CONNECT_TIMEOUT: 'it took too long',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came',
  UND_ERR_BODY_TIMEOUT: 'the answer fell silent',
};

/** Of a `fetch` or a read that threw. `place` is the server's `host:port`. */
export function connectionFailure(
  error: unknown,
  place: string,
  stage: 'connect' | 'read',
): ProviderError {
  const cause = causeOf(error);
  const code = textField(cause, 'code');
  const meaning = code === undefined ? textField(cause, 'message') : meanings[code];
  const details = [meaning, code].filter((word) => word !== undefined).join(', ');
  const what =
    stage === 'connect'
      ? `The connection to ${place} failed`
      : `The connection to ${place} broke off before the answer ended`;
  return {
    code: 'provider-error',
    message: details === '' ? what : `${what} (${details})`,
    retryable: !isRefusedByFetch(error),
  };
}

/** The innermost reason: `fetch` wraps it, and several addresses give several. */
function causeOf(error: unknown): JsonRecord {
  let cause: unknown = error;
  for (let depth = 0; depth < 4; depth++) {
    if (!isRecord(cause)) return {};
    const next = cause.cause ?? listField(cause, 'errors')[0];
    if (!isRecord(next)) return cause;
    cause = next;
  }
  return isRecord(cause) ? cause : {};
}

/** `fetch` itself refuses the request, before any connection: another attempt changes nothing. */
function isRefusedByFetch(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const cause = causeOf(error);
  return error.cause === undefined
    ? !/terminated|fetch failed|network/i.test(error.message)
    : cause.message === 'bad port' || cause.message === 'unknown scheme';
}
