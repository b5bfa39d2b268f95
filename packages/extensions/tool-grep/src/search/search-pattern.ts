import { toExtendedRegex } from '../pattern/extended-regex.ts';
import { relaxEscapes } from '../pattern/relax-escapes.ts';

/** What is looked for in each line. */
export interface SearchPattern {
  readonly text: string;
  readonly isLiteral: boolean;
  readonly isIgnoringCase: boolean;
}

export function ripgrepPattern({
  text,
  isLiteral,
  isIgnoringCase,
}: SearchPattern): readonly string[] {
  return [
    isIgnoringCase ? '--ignore-case' : '--case-sensitive',
    ...(isLiteral ? ['--fixed-strings'] : []),
    `--regexp=${isLiteral ? text : relaxEscapes(text)}`,
  ];
}

/** Throws a clause that says what is wrong with the pattern. */
export function grepPattern({ text, isLiteral, isIgnoringCase }: SearchPattern): readonly string[] {
  const written = isLiteral
    ? { regex: text, isIgnoringCase: false }
    : toExtendedRegex(relaxEscapes(text));
  const isInsensitive = isIgnoringCase || written.isIgnoringCase;
  return [isLiteral ? '-F' : '-E', ...(isInsensitive ? ['-i'] : []), '-e', written.regex];
}
