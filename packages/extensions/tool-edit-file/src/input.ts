import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

const edit = z.strictObject({
  old: z
    .string()
    .min(1)
    .describe('What is there now: enough of it, line by line, to be there only once.'),
  new: z.string().describe('What is to be there instead.'),
  all: z.boolean().optional().describe('Replace every place where `old` is. Default: false.'),
});

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .refine((path) => !path.includes('\0'), 'a path holds no U+0000')
    .describe('The file, relative to the working folder or absolute inside it.'),
  edits: z
    .array(edit)
    .min(1)
    .max(200)
    .optional()
    .describe('Looked for in the file as it is, each apart; all are made, or none.'),
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'Instead of edits: a regular expression in RE2 syntax (no lookaround, no backreferences).',
    ),
  flags: z
    .string()
    .regex(
      /^[gimsu]*$/,
      'flags are of i (any case), m (^ and $ at lines), s (. also matches line ends)',
    )
    .optional()
    .describe('Of the pattern: i, m, s.'),
  replacement: z
    .string()
    .optional()
    .describe('For each match: $1 or $<name> is a group, $& the match, $$ a dollar sign.'),
  expect: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('How many matches the pattern has; where it has another number, nothing is changed.'),
});

/** A text that gives way to another. */
export type Edit = z.infer<typeof edit>;

export interface PatternEdit {
  readonly pattern: string;
  readonly flags: string;
  readonly replacement: string;
  readonly expect: number;
}

/** What the model asks for. */
export type EditFileInput = { readonly path: string } & (
  | { readonly edits: readonly Edit[] }
  | { readonly pattern: PatternEdit }
);

export const editFileSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): EditFileInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { path, edits, pattern, flags = '', replacement, expect } = parsed.data;
  if (edits !== undefined) {
    if (pattern !== undefined || replacement !== undefined || expect !== undefined) {
      throw new Error('Give either edits, or pattern with replacement and expect, not both.');
    }
    const idle = edits.findIndex((one) => one.old === one.new);
    if (idle >= 0) throw new Error(`edits[${idle}] changes nothing: old and new are the same.`);
    return { path, edits };
  }
  if (pattern === undefined) throw new Error('Give edits, or pattern with replacement and expect.');
  if (replacement === undefined || expect === undefined) {
    throw new Error('A pattern needs a replacement, and expect: how many matches there are.');
  }
  return { path, pattern: { pattern, flags, replacement, expect } };
}
