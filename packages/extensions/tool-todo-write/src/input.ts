import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** Entries of a list, and characters of one. */
export const todoLimits = { entries: 100, characters: 1000 };

const schema = z.strictObject({
  todos: z
    .array(
      z.strictObject({
        content: z
          .string()
          .min(1)
          .max(todoLimits.characters)
          .describe('What is to be done, in a few words.'),
        status: z.enum(['pending', 'in_progress', 'completed']),
      }),
    )
    .max(todoLimits.entries)
    .describe('The whole list, in its order: what is left out is gone.'),
});

/** What the model wants the list to be. */
export type TodoWriteInput = z.infer<typeof schema>;

// zod types it as its own; it is plain JSON.
export const todoWriteSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): TodoWriteInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
