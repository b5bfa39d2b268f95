import type { LineHunk } from '@dispatch/contracts';
import { diffLines, linesOf } from './line-diff.ts';

const contextLines = 2;
const maxShownLines = 80;
const maxLineLength = 200;

/**
 * What changed between two texts, as a unified diff without a header: at most 80 lines, each cut at
 * 200 characters; what is left out is said. Pure.
 */
export function unifiedDiff(before: string, after: string): string {
  const [old, young] = [linesOf(before), linesOf(after)];
  const hunks = diffLines(old, young);
  if (hunks.length === 0) return 'Only line ends at the end of the file changed.';
  const shown: string[] = [];
  let moved = 0;
  for (const group of groupHunks(hunks)) {
    for (const line of showGroup(group, old, young, moved)) shown.push(line);
    for (const { removed, added } of group) moved += added - removed;
  }
  const cut = shown.slice(0, maxShownLines);
  if (shown.length > cut.length) cut.push(`… and ${shown.length - cut.length} more lines.`);
  return cut.map(cutLine).join('\n');
}

/** Hunks whose contexts touch are shown together. */
function groupHunks(hunks: readonly LineHunk[]): LineHunk[][] {
  const groups: LineHunk[][] = [];
  for (const hunk of hunks) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (last !== undefined && hunk.line - (last.line + last.removed) <= 2 * contextLines) {
      group?.push(hunk);
    } else groups.push([hunk]);
  }
  return groups;
}

function showGroup(
  group: readonly LineHunk[],
  old: readonly string[],
  young: readonly string[],
  moved: number,
): string[] {
  const first = group[0]?.line ?? 1;
  const from = Math.max(0, first - 1 - contextLines);
  const body: string[] = [];
  const add = (mark: string, lines: readonly string[]) => {
    for (const line of lines) body.push(mark + line);
  };
  let at = from;
  let shift = moved;
  for (const { line, removed, added } of group) {
    add(' ', old.slice(at, line - 1));
    add('-', old.slice(line - 1, line - 1 + removed));
    add('+', young.slice(line - 1 + shift, line - 1 + shift + added));
    at = line - 1 + removed;
    shift += added - removed;
  }
  const to = Math.min(old.length, at + contextLines);
  add(' ', old.slice(at, to));
  const lengthAfter = to - from + shift - moved;
  return [`@@ -${from + 1},${to - from} +${from + 1 + moved},${lengthAfter} @@`, ...body];
}

function cutLine(line: string): string {
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
}
