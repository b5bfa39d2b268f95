import * as z from 'zod';

/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Any JSON value. What reaches a schema was parsed from JSON already, so nothing but its presence is
 * checked: a walk through the value would cost time and, where it is nested deeply, the stack.
 */
export const jsonValue = z.unknown().transform((value, context): JsonValue => {
  if (isPresent(value)) return value;
  context.addIssue({ code: 'invalid_type', expected: 'unknown', input: value });
  return z.NEVER;
});

function isPresent(value: unknown): value is JsonValue {
  return value !== undefined;
}
