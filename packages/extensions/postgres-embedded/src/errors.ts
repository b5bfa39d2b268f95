import { CodedError } from '@dispatch/contracts';

/** The codes that this package fails with. */
export const postgresErrorCodes = {
  'postgres-not-installed': 'There are no PostgreSQL binaries for this platform.',
  'postgres-failed': 'PostgreSQL did not start, or did not get its data folder for itself.',
  'data-folder-not-writable': 'The data folder can not be created or written.',
} as const;

export type PostgresErrorCode = keyof typeof postgresErrorCodes;

export function postgresError(
  code: PostgresErrorCode,
  message: string,
  hint: string,
  cause?: unknown,
): CodedError {
  return new CodedError(code, { message, hint, ...(cause === undefined ? {} : { cause }) });
}
