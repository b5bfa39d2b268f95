import type { LineHunk } from '@dispatch/contracts';

/** Beyond so many lines removed and added, all that lies between the common ends is one hunk. */
const maxEdits = 400;

/** The lines of a text without their ends; a text that ends in a line end has no line behind it. Pure. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * What to remove and to add to make one list of lines the other: the least there is (Myers), or one
 * hunk where that would be more than `maxEdits` lines. Ascending, never adjacent. Pure.
 */
export function diffLines(before: readonly string[], after: readonly string[]): LineHunk[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const old = before.slice(start, before.length - end);
  const young = after.slice(start, after.length - end);
  if (old.length === 0 && young.length === 0) return [];
  const hunks =
    old.length === 0 || young.length === 0 ? undefined : shortestScript(old, young, maxEdits);
  return (hunks ?? [{ line: 1, removed: old.length, added: young.length }]).map((hunk) => ({
    ...hunk,
    line: hunk.line + start,
  }));
}

/** Undefined where it takes more than `most` edits. */
function shortestScript(
  before: readonly string[],
  after: readonly string[],
  most: number,
): LineHunk[] | undefined {
  const limit = Math.min(most, before.length + after.length);
  const at = (diagonal: number) => diagonal + limit + 1;
  // By number of edits: for each diagonal the furthest line of `before`. Kept for the way back.
  const rounds: Int32Array[] = [];
  let furthest = new Int32Array(2 * limit + 3);
  for (let edits = 0; edits <= limit; edits++) {
    furthest = furthest.slice();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepInto(furthest, at, edits, diagonal).x;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal])
        x += 1;
      furthest[at(diagonal)] = x;
      if (x >= before.length && x - diagonal >= after.length) {
        return collectHunks(rounds, at, before.length, after.length);
      }
    }
    rounds.push(furthest);
  }
  return undefined;
}

/** Whether the last edit on the best way to a diagonal added a line, and where that leads. */
function stepInto(
  furthest: Int32Array,
  at: (diagonal: number) => number,
  edits: number,
  diagonal: number,
): { readonly isAdded: boolean; readonly x: number } {
  const below = furthest[at(diagonal + 1)] ?? 0;
  const beside = furthest[at(diagonal - 1)] ?? 0;
  const isAdded = diagonal === -edits || (diagonal !== edits && beside < below);
  return { isAdded, x: isAdded ? below : beside + (edits === 0 ? 0 : 1) };
}

function collectHunks(
  rounds: readonly Int32Array[],
  at: (diagonal: number) => number,
  beforeLength: number,
  afterLength: number,
): LineHunk[] {
  const removed = new Uint8Array(beforeLength + 1);
  const added = new Uint8Array(afterLength + 1);
  let diagonal = beforeLength - afterLength;
  for (let edits = rounds.length; edits > 0; edits--) {
    const { isAdded, x } = stepInto(rounds[edits - 1] ?? new Int32Array(), at, edits, diagonal);
    if (isAdded) added[x - diagonal - 1] = 1;
    else removed[x - 1] = 1;
    diagonal += isAdded ? 1 : -1;
  }
  const hunks: LineHunk[] = [];
  for (let x = 0, y = 0; x < beforeLength || y < afterLength; x++, y++) {
    const [fromX, fromY] = [x, y];
    while (removed[x] === 1) x += 1;
    while (added[y] === 1) y += 1;
    if (x > fromX || y > fromY)
      hunks.push({ line: fromX + 1, removed: x - fromX, added: y - fromY });
  }
  return hunks;
}
