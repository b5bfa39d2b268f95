import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** The longest that a model may wait for more output, in milliseconds. */
const maxWaitMs = 60_000;

const commandId = z.string().min(1).max(64).describe('As `shell` or command_list named it.');

export const listInput = z.strictObject({});
export const stopInput = z.strictObject({ commandId });
export const outputInput = z.strictObject({
  commandId,
  offset: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('The byte to begin with. Default: the newest that it printed.'),
  waitMs: z
    .int()
    .min(0)
    .max(maxWaitMs)
    .optional()
    .describe(
      `Milliseconds to wait for something new behind the offset, or for the end. Default 0, most ${maxWaitMs}.`,
    ),
});

/** The schema for the model, and a check that throws with a sentence that names the field. */
export function inputOf<T>(schema: z.ZodType<T>) {
  return {
    inputSchema: z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
    parse(input: JsonValue): T {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
      return parsed.data;
    },
  };
}
