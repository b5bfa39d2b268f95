import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .refine((path) => !path.includes('\0'), 'a path holds no U+0000')
    .default('.')
    .describe('The folder, relative to the working folder. Default: the working folder.'),
  offset: z.int().min(1).default(1).describe('The first entry to show, from 1. Default: 1.'),
  limit: z.int().min(1).optional().describe('How many entries. Default and most: 500.'),
});

/** What the model asks for. */
export type ListDirInput = z.infer<typeof schema>;

export const listDirSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): ListDirInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
