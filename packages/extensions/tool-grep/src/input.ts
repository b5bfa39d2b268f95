import { compileGlob } from '@dispatch/file-search';
import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** How many lines that match, or files, are told. */
export const grepLimits = { usual: { lines: 100, files: 500 }, most: 2000, context: 20 };

const text = z
  .string()
  .min(1)
  .max(10_000)
  .refine((value) => !value.includes('\0'), 'it holds no U+0000');

const schema = z.strictObject({
  pattern: text.describe('A regular expression in the syntax of ripgrep, matched line by line.'),
  literal: z
    .boolean()
    .optional()
    .describe('The pattern is plain text, not a regular expression: nothing needs an escape.'),
  case: z.enum(['sensitive', 'insensitive']).optional().describe('Default: sensitive.'),
  path: text.optional().describe('The folder or file to search. Default: the working folder.'),
  glob: text
    .optional()
    .describe('Only files that fit, as in *.ts (at any depth) or src/**/*.{ts,tsx}.'),
  exclude: text.optional().describe('Files that fit this glob are left out.'),
  output: z
    .enum(['content', 'files', 'count'])
    .optional()
    .describe(
      'content: the lines that match, with their numbers. files: the paths of the files alone. count: how many lines match in each. Default: content.',
    ),
  context: z
    .int()
    .min(0)
    .max(grepLimits.context)
    .optional()
    .describe('With content: lines shown before and after each that matches. Default: 0.'),
  limit: z
    .int()
    .min(1)
    .optional()
    .describe(
      `How many lines that match (default ${grepLimits.usual.lines}) or, with files and count, how many files (default ${grepLimits.usual.files}). At most ${grepLimits.most}.`,
    ),
  includeIgnored: z
    .boolean()
    .optional()
    .describe('Also files that .gitignore and .ignore leave out, such as node_modules.'),
});

/** What the model asks for. */
export type GrepInput = z.infer<typeof schema>;

export const grepSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): GrepInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { pattern, glob, exclude } = parsed.data;
  if (/[\r\n]/.test(pattern)) {
    throw new Error(
      'The pattern holds a line break: each line is matched by itself. Search for one line of it, and ask for context.',
    );
  }
  if (glob?.startsWith('!')) {
    throw new Error('glob says what is wanted; give what is not as `exclude`, without the !.');
  }
  if (glob !== undefined) compileGlob(glob);
  if (exclude !== undefined) compileGlob(exclude);
  return parsed.data;
}
