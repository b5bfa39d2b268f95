import { compileGlob } from '@dispatch/file-search';
import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

export const globLimits = { usual: 200, most: 2000 };

const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes('\0'), 'it holds no U+0000');

const schema = z.strictObject({
  pattern: text.describe(
    'As in **/*.ts, src/**/*.{ts,tsx} or package.json. Without a / at any depth; with one from the folder on: /*.md for the folder itself.',
  ),
  exclude: text.optional().describe('Files that fit this glob are left out.'),
  path: text.optional().describe('The folder to search. Default: the working folder.'),
  limit: z
    .int()
    .min(1)
    .optional()
    .describe(`How many paths. Default: ${globLimits.usual}; at most ${globLimits.most}.`),
  includeIgnored: z
    .boolean()
    .optional()
    .describe('Also files that .gitignore and .ignore leave out, such as node_modules.'),
});

/** What the model asks for. */
export type GlobInput = z.infer<typeof schema>;

export const globSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): GlobInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { pattern, exclude } = parsed.data;
  if (pattern.startsWith('!')) {
    throw new Error('pattern says what is wanted; give what is not as `exclude`, without the !.');
  }
  compileGlob(pattern);
  if (exclude !== undefined) compileGlob(exclude);
  return parsed.data;
}
