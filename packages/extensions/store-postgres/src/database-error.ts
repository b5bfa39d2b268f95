import { CodedError, isCodedError } from '@dispatch/contracts';

/** Whether a call may be made again: the connection was lost, or PostgreSQL asks for it. */
export type Verdict = 'lost' | 'conflict' | 'unavailable' | 'other';

/** SQLSTATE classes that say the server can not serve: resources, operator, system, authorization, catalog. */
const unavailableClasses = new Set(['08', '28', '3D', '53', '57', '58', 'XX', '25']);
/** Deadlock, serialization: nothing was written and the same call may go through. */
const conflicts = new Set(['40001', '40P01']);
/** A server that goes down, crashed, or is not up yet. */
const goingDown = new Set(['57P01', '57P02', '57P03', '53300']);

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

export function judge(error: unknown): Verdict {
  const code = codeOf(error);
  if (code === undefined || isCodedError(error)) return 'other';
  if (conflicts.has(code)) return 'conflict';
  if (goingDown.has(code) || /^(CONNECT|E[A-Z]+$)/.test(code) || code.startsWith('08'))
    return 'lost';
  if (code.length === 5 && unavailableClasses.has(code.slice(0, 2))) return 'unavailable';
  return 'other';
}

export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505';
}

export function isForeignKeyViolation(error: unknown): boolean {
  return codeOf(error) === '23503';
}

/** Whether the server may have done what was asked, though nobody was told: the connection was lost meanwhile. */
export function mayBeMade(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined || isCodedError(error)) return true;
  const isOfServer = /^[0-9A-Z]{5}$/.test(code);
  const isBeforeAsking = /^(CONNECT_TIMEOUT|ECONNREFUSED|ENOENT|EACCES|ENOTFOUND|EAI_AGAIN)$/;
  return !isOfServer && !isBeforeAsking.test(code);
}

/**
 * What a caller of the store is told. Never the statement nor its values: they hold conversations.
 * `isUnmade`: no attempt can have been made.
 */
export function toCodedError(error: unknown, isUnmade = false): CodedError {
  if (isCodedError(error)) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (judge(error) === 'other') {
    return new CodedError('internal', {
      message: 'The store met a fault.',
      hint: `PostgreSQL: ${code ?? 'no code'}: ${reason}`,
    });
  }
  return storeUnavailable(`PostgreSQL: ${code}: ${reason}`, isUnmade);
}

export function storeUnavailable(hint: string, isUnmade = false): CodedError {
  return new CodedError('store-unavailable', {
    message: 'The store does not answer.',
    hint,
    ...(isUnmade ? { details: { wasMade: false } } : {}),
  });
}
