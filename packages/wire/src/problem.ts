import * as z from 'zod';
import { codes, type ErrorCode } from './codes.ts';

/** The body of every HTTP error (RFC 9457), as `application/problem+json`. */
export const problem = z.lazy(() =>
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
  }),
);

export type Problem = z.infer<typeof problem>;

/** The HTTP status of a code; 500 for one that is not in the catalog. */
export function statusOf(code: string): number {
  return isErrorCode(code) ? codes[code].status : 500;
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code);
}

/**
 * The problem of a code. One that is not in the catalog is `internal`: what a client has never
 * heard of says nothing to it.
 *
 * @param detail  Safe to show; what happened, to what.
 */
export function problemOf(code: string, detail: string): Problem {
  const known: ErrorCode = isErrorCode(code) ? code : 'internal';
  const { status, title } = codes[known];
  return { type: `urn:dispatch:problem:${known}`, title, status, detail, code: known };
}
