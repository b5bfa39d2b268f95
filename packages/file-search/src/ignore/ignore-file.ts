import { compilePathGlob } from '../glob/path-glob.ts';

/** One line of an ignore file. */
export interface IgnoreRule {
  /** It takes back what a rule before it ignores. */
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
  /** @param path Relative to the folder that the ignore file stands in. */
  matches(path: string): boolean;
}

/** Of one ignore file so many lines are looked at; those behind them do nothing. */
const maxLines = 10_000;

/** The rules of an ignore file, in its order (gitignore(5)). Lines that can not be read do nothing, as for git. */
export function parseIgnoreFile(text: string): readonly IgnoreRule[] {
  return text
    .replace(/^(?:\ufeff|\u00ef\u00bb\u00bf)/, '')
    .split('\n', maxLines)
    .flatMap((line) => parseLine(line.replace(/\r$/, '')) ?? []);
}

function parseLine(line: string): IgnoreRule | undefined {
  if (line.startsWith('#')) return undefined;
  const isNegated = line.startsWith('!');
  const whole = trimEnd(isNegated ? line.slice(1) : line);
  const isFolderOnly = whole.endsWith('/');
  const path = isFolderOnly ? whole.slice(0, -1) : whole;
  if (path === '' || path === '/') return undefined;
  const isAnchored = path.includes('/');
  const glob = compilePathGlob(isAnchored ? path.replace(/^\//, '') : `**/${path}`);
  return glob && { isNegated, isFolderOnly, matches: glob.matches };
}

/** Without the spaces at its end, but for one that a `\` stands before. */
function trimEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' && !isEscaped(line, end - 1)) end -= 1;
  return line.slice(0, end);
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
