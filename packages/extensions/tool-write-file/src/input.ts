import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .refine((path) => !path.includes('\0'), 'a path holds no U+0000')
    .describe('The file, relative to the working folder or absolute inside it.'),
  content: z.string().describe('All that the file is to hold.'),
});

/** What the model asks for. */
export type WriteFileInput = z.infer<typeof schema>;

export const writeFileSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): WriteFileInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
