/** What a coded error carries besides its code. */
export interface CodedErrorOptions {
  /** Safe to show a user: what happened, to what. */
  readonly message: string;
  /** For the developer or the operator: why, and what to do. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Plain data about the case, safe to show. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * An expected failure, by its stable kebab-case code. The codes of a package stand in its catalog;
 * catch by `isCodedError(error, code)`, which also knows errors of another copy of this package.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: string;
  readonly hint?: string;
  readonly details?: CodedErrorOptions['details'];

  constructor(code: string, options: CodedErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.details !== undefined) this.details = options.details;
  }
}

/** True for a coded error, of this code where one is given. */
export function isCodedError(error: unknown, code?: string): error is CodedError {
  return (
    error instanceof Error &&
    error.name === 'CodedError' &&
    'code' in error &&
    (code === undefined || error.code === code)
  );
}
