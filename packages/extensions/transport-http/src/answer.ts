import { CodedError, type Follower, isCodedError } from '@dispatch/contracts';
import { isErrorCode, type Problem, problemOf } from '@dispatch/wire';
import type { Headers } from './access/cors.ts';

/** What a route answers, as data. */
export type Answer =
  | { readonly kind: 'empty'; readonly status: number; readonly headers?: Headers }
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly mediaType: string;
      readonly text: string | Uint8Array;
      readonly headers?: Headers;
    }
  | {
      readonly kind: 'pieces';
      readonly status: number;
      readonly mediaType: string;
      readonly pieces: AsyncIterable<Uint8Array>;
      readonly size: number;
      readonly headers?: Headers;
    }
  | { readonly kind: 'events'; readonly follower: Follower; readonly headers: Headers };

/** `text` is a JSON text. */
export function jsonAnswer(status: number, text: string, headers: Headers = {}): Answer {
  return { kind: 'text', status, mediaType: 'application/json; charset=utf-8', text, headers };
}

export function emptyAnswer(status: number, headers: Headers = {}): Answer {
  return { kind: 'empty', status, headers };
}

/** @param headers  Beside those that the code brings. */
export function problemAnswer(problem: Problem, headers: Headers = {}): Answer {
  return {
    kind: 'text',
    status: problem.status,
    mediaType: 'application/problem+json; charset=utf-8',
    text: JSON.stringify(problem),
    headers: { ...headersOf(problem.status), ...headers },
  };
}

/**
 * What a client is told of a failure: of one that WIRE.md names its message, of any other nothing
 * but that it happened. Hints and causes may hold secrets and stay here.
 */
export function problemOfError(error: unknown): Problem {
  return isCodedError(error) && isErrorCode(error.code)
    ? problemOf(error.code, error.message)
    : problemOf('internal', 'The host could not do this; its log says why.');
}

/** A refusal of the transport's own. */
export function refusal(
  code: 'invalid-json' | 'invalid-input' | 'payload-too-large' | 'unsupported-media-type',
  message: string,
): CodedError {
  return new CodedError(code, { message });
}

function headersOf(status: number): Headers {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status === 503) return { 'retry-after': '1' };
  return {};
}
