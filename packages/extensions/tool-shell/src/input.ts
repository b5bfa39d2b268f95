import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** Milliseconds that a command gets: unless it asks for others, and at most. */
export const commandTimeouts = { usualMs: 120_000, longestMs: 600_000 };

const noZero = (text: string) => !text.includes('\0');

const schema = z.strictObject({
  command: z
    .string()
    .min(1)
    .refine(noZero, 'a command holds no U+0000')
    .describe('What the shell runs.'),
  timeoutMs: z
    .int()
    .min(1)
    .max(commandTimeouts.longestMs)
    .optional()
    .describe(
      `Milliseconds until it is stopped. Default ${commandTimeouts.usualMs}, most ${commandTimeouts.longestMs}.`,
    ),
  cwd: z
    .string()
    .min(1)
    .refine(noZero, 'a path holds no U+0000')
    .optional()
    .describe('The folder to run in, relative to the working folder or absolute.'),
});

/** What the model asks for. */
export type ShellInput = z.infer<typeof schema>;

export const shellSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): ShellInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
