import * as z from 'zod';

/** A JSON Schema (2020-12), as data. */
export type JsonSchemaObject = { readonly [key: string]: unknown };

/**
 * The JSON Schema of what a schema of this package takes, for `/openapi.json`. Costs milliseconds
 * the first time: make it when it is asked for, and keep it.
 */
export function toJsonSchema(schema: z.ZodType): JsonSchemaObject {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema: made }) => {
      // A number in a URL is checked as text first; readers are told what it stands for.
      if (made.type === 'integer') delete made.pattern;
    },
  });
  return jsonSchema;
}
