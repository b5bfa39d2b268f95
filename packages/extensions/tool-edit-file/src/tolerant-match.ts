import type { Span } from './editable-text.ts';

interface Line {
  /** Where it begins in the text, and where its line end is. */
  readonly start: number;
  readonly end: number;
  readonly indentation: string;
  /** Without indentation, and without space at the end. */
  readonly content: string;
}

/** Whole lines of a text that are those of another, but for indentation and space at line ends. */
export interface LineMatch {
  readonly start: number;
  /** Undefined where indentation differs in more ways than one: what the new text's would be is not known. */
  readonly span: Span | undefined;
}

/**
 * Where the lines of `old` stand so; at most `most` places, which may lie in one another unless
 * `isApart`. The new text follows the indentation of each place. Pure.
 */
export function findByLines(
  text: string,
  { old, young }: { readonly old: string; readonly young: string },
  { most, isApart }: { readonly most: number; readonly isApart: boolean },
): LineMatch[] {
  const endsLine = old.endsWith('\n');
  const wanted = splitLines(endsLine ? old.slice(0, -1) : old);
  if (wanted.every(({ content }) => content === '')) return [];
  const lines = splitLines(text);
  const matches: LineMatch[] = [];
  for (let first = 0; first + wanted.length <= lines.length && matches.length < most; first++) {
    if (!wanted.every(({ content }, index) => lines[first + index]?.content === content)) continue;
    const start = lines[first]?.start ?? 0;
    const lineEnd = lines[first + wanted.length - 1]?.end ?? 0;
    const indentations = compareIndentation(lines, first, wanted);
    if (isApart) first += wanted.length - 1;
    if (indentations === undefined) {
      matches.push({ start, span: undefined });
      continue;
    }
    const fitted = fitIndentation(young, indentations);
    const hasLineEnd = lineEnd < text.length;
    const end = endsLine && hasLineEnd ? lineEnd + 1 : lineEnd;
    const isOver = endsLine && !hasLineEnd && fitted.endsWith('\n');
    matches.push({ start, span: { start, end, text: isOver ? fitted.slice(0, -1) : fitted } });
  }
  return matches;
}

/** What each indentation of `old` is in the file; undefined where one is two. */
function compareIndentation(
  lines: readonly Line[],
  first: number,
  wanted: readonly Line[],
): ReadonlyMap<string, string> | undefined {
  const indentations = new Map<string, string>();
  for (const [index, { indentation, content }] of wanted.entries()) {
    if (content === '') continue;
    const there = lines[first + index]?.indentation ?? '';
    if ((indentations.get(indentation) ?? there) !== there) return undefined;
    indentations.set(indentation, there);
  }
  return indentations;
}

/** Indents the new text as the file does: what `old` did not have goes by the nearest that it had. */
function fitIndentation(young: string, indentations: ReadonlyMap<string, string>): string {
  return young
    .split('\n')
    .map((line) => {
      const { indentation, content } = describeLine(line, 0, line.length);
      if (content === '') return line;
      const fitted = indentations.get(indentation) ?? fitUnknown(indentation, indentations);
      return fitted + line.slice(indentation.length);
    })
    .join('\n');
}

function fitUnknown(indentation: string, indentations: ReadonlyMap<string, string>): string {
  let best: readonly [from: string, to: string] | undefined;
  for (const entry of indentations) {
    const isNearer = best === undefined || entry[0].length > best[0].length;
    if (indentation.startsWith(entry[0]) && isNearer) best = entry;
  }
  if (best !== undefined) return best[1] + indentation.slice(best[0].length);
  // Less than any line of `old` had: as much less than the one that had least.
  for (const entry of indentations) {
    if (best === undefined || entry[0].length < best[0].length) best = entry;
  }
  const [from, to] = best ?? ['', ''];
  const less = from.startsWith(indentation) ? from.slice(indentation.length) : '';
  return less !== '' && to.endsWith(less) ? to.slice(0, to.length - less.length) : indentation;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    lines.push(describeLine(text, start, end));
    start = end + 1;
  }
  return lines;
}

function describeLine(text: string, start: number, end: number): Line {
  const line = text.slice(start, end);
  const content = line.trim();
  return { start, end, indentation: line.slice(0, line.length - line.trimStart().length), content };
}
