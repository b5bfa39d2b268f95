import { z } from 'zod';
import { maxRules, ruleSchema } from './rules/rule.ts';

const schema = z.strictObject({
  rules: z.array(ruleSchema).max(maxRules).default([]),
  /** What is done with what would be asked for. */
  approvals: z.enum(['ask', 'auto', 'deny']).default('ask'),
  /** The host's folder, for explanations that name none. */
  cwd: z.string().startsWith('/').optional(),
  /** How long a question stands before it counts as denied, in milliseconds. */
  expiresMs: z.int().min(1000).max(604_800_000).default(3_600_000),
  /** How long a turn stays in memory for an answer before it is put away, in milliseconds. */
  holdMs: z.int().min(0).max(60_000).default(2000),
});

export type ConsentOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): ConsentOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
