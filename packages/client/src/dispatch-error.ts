import type { ErrorCode } from '@dispatch/wire';

/** What the client itself fails with, beside the codes of the host. */
export const clientCodes = {
  'connection-failed': 'The host can not be reached, or the connection was lost.',
  'bad-response': 'What answered does not speak the protocol.',
  'already-subscribed': 'The connection follows the conversation already.',
  closed: 'The connection was closed by `close`.',
} as const;

export type ClientCode = keyof typeof clientCodes;

/** A refused request or a lost connection, by its stable code. */
export class DispatchError extends Error {
  override readonly name = 'DispatchError';
  /** A newer host may know codes that this list does not. */
  readonly code: ErrorCode | ClientCode | (string & {});
  /** Of the HTTP answer; absent where there was none. */
  readonly status?: number;
  /** What happened, to what. */
  readonly detail: string;

  constructor(code: string, detail: string, options: { status?: number; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = detail;
    if (options.status !== undefined) this.status = options.status;
  }
}

/** True where the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof DispatchError && (error.code === 'connection-failed' || error.status === 503)
  );
}
