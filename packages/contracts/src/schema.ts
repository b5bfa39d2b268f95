import type { JsonSchema } from '@dispatch/kernel';

/** A check of data from outside, as a value. A zod schema becomes one in a line. */
export interface Schema<T> {
  parse(value: unknown): Parsed<T>;
  readonly jsonSchema: JsonSchema;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export interface Issue {
  /** Dotted, empty for the whole. */
  readonly path: string;
  readonly message: string;
}
