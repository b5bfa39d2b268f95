import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .refine((path) => !path.includes('\0'), 'a path holds no U+0000')
    .describe('The file, relative to the working folder or absolute inside it.'),
  offset: z.int().min(1).optional().describe('The first line, from 1. Default: 1.'),
  limit: z.int().min(1).optional().describe('How many lines. Default and most: 2000.'),
  byteOffset: z
    .int()
    .min(0)
    .optional()
    .describe('Begin at this byte instead of a line: what a note at the end of a cut text names.'),
});

/** What the model asks for. */
export type ReadFileInput = z.infer<typeof schema>;

export const readFileSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): ReadFileInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  if (parsed.data.offset !== undefined && parsed.data.byteOffset !== undefined) {
    throw new Error('Give either offset or byteOffset, not both.');
  }
  return parsed.data;
}
