import type * as z from 'zod';
import { type CheckedInput, checkInput } from './check-input.ts';
import { toJsonSchema } from './json-schema.ts';
import type { JsonValue } from './json-value.ts';

/** A schema of this package as the contracts `route` and `frame` take one. */
export interface AsSchema<T> {
  parse(value: unknown): CheckedInput<T>;
  /** Made when it is first asked for. */
  readonly jsonSchema: { readonly [key: string]: JsonValue };
}

export function asSchema<T>(schema: z.ZodType<T>): AsSchema<T> {
  let jsonSchema: AsSchema<T>['jsonSchema'] | undefined;
  return {
    parse: (value) => checkInput(schema, value),
    get jsonSchema() {
      // A JSON Schema is JSON, whatever the type of the library that makes it says.
      jsonSchema ??= toJsonSchema(schema) as AsSchema<T>['jsonSchema'];
      return jsonSchema;
    },
  };
}
