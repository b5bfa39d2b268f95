import { z } from 'zod';
import { type CommandPattern, parsePattern } from './command-pattern.ts';

/** A pattern's length, in UTF-16 units. */
const maxPatternLength = 4096;
/** How many rules the configuration may have, and how many people may add. */
export const maxRules = 1000;

const pattern = z
  .string()
  .min(1)
  .max(maxPatternLength)
  .refine((text) => !text.includes('\0'), 'must not contain U+0000');
const patterns = z.union([pattern, z.array(pattern).min(1).max(100)]);

export const ruleSchema = z.strictObject({
  decision: z.enum(['allow', 'ask', 'deny']),
  /** Names of tools. */
  tool: patterns.exactOptional(),
  /** Ids of computers; `local` is the host itself. */
  computer: patterns.exactOptional(),
  /** Folders that the conversation works in. */
  cwd: patterns.exactOptional(),
  /** Files and folders that the call touches. */
  path: patterns.exactOptional(),
  /** Commands that the call runs, word by word. */
  command: patterns.exactOptional(),
  /** For people, and told to the model where the rule denies. */
  reason: z.string().min(1).max(1000).exactOptional(),
});

/**
 * What is decided beforehand. All that it names has to fit; of a list, one. What it does not name
 * is whatever it may be. Plain data: the reference stands in the README.
 */
export type Rule = z.infer<typeof ruleSchema>;

/** A rule, and what it is called in decisions. */
export interface NamedRule {
  readonly rule: Rule;
  /** `rules[2]` of the configuration, `stored rule 4f1c…`. */
  readonly name: string;
  readonly paths: readonly string[];
  readonly commands: readonly CommandPattern[];
}

export function nameRule(rule: Rule, name: string): NamedRule {
  return { rule, name, paths: listOf(rule.path), commands: listOf(rule.command).map(parsePattern) };
}

export function nameConfigured(rules: readonly Rule[]): readonly NamedRule[] {
  return rules.map((rule, index) => nameRule(rule, `rules[${index}]`));
}

/** Its name and all that it says, in one line. */
export function describeRule({ rule, name }: NamedRule): string {
  return `${name} ${JSON.stringify(rule)}`;
}

export function listOf(patterns: string | readonly string[] | undefined): readonly string[] {
  return patterns === undefined ? [] : typeof patterns === 'string' ? [patterns] : patterns;
}
