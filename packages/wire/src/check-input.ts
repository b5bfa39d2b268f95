import type * as z from 'zod';
import { describeIssues, type Issue, issuesOf } from './describe-issues.ts';

/** An input that passed its schema, or what is wrong with it. */
export type CheckedInput<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** All of it in one sentence that names the fields: the `detail` of an `invalid-input`. */
      readonly message: string;
    };

/** Checks data from outside. Never throws. */
export function checkInput<T>(schema: z.ZodType<T>, value: unknown): CheckedInput<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: issuesOf(result.error), message: describeIssues(result.error) };
}
