import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .refine((path) => !path.includes('\0'), 'a path holds no U+0000')
    .describe(
      'The folder (or one file) outside of the working folder, best absolute, without links.',
    ),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe('Why it is needed, for the person who decides.'),
});

/** What the model asks for. */
export type RequestAccessInput = z.infer<typeof schema>;

export const requestAccessSchema: JsonSchema = z.toJSONSchema(schema, {
  io: 'input',
}) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): RequestAccessInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
