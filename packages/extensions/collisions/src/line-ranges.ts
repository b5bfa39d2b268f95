import type { LineHunk } from '@dispatch/contracts';
import type { CollisionEvent } from '@dispatch/kernel';

export type Severity = CollisionEvent['severity'];
/** From 1, both ends included. */
export type LineRange = readonly [first: number, last: number];
/** `whole`: all of the file, or nobody knows which lines. */
export type Area = readonly LineRange[] | 'whole';

/** Lines between two places that count as beside one another. */
const adjacentLines = 5;
/** More are joined to fewer, wider ones. */
const maxRanges = 20;

/** How near two areas of a text are. Pure. */
export function severityOf(one: Area, other: Area): Severity {
  if (one === 'whole' || other === 'whole') return 'same-line';
  let nearest = Number.POSITIVE_INFINITY;
  for (const [first, last] of one) {
    for (const [otherFirst, otherLast] of other) {
      nearest = Math.min(nearest, Math.max(otherFirst - last, first - otherLast));
    }
  }
  if (nearest <= 0) return 'same-line';
  return nearest <= adjacentLines ? 'adjacent-line' : 'different-area';
}

/** The nearer of two. Pure. */
export function nearerOf(one: Severity, other: Severity): Severity {
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

const order: readonly Severity[] = ['same-line', 'adjacent-line', 'different-area'];

/** Where an area stands after a change: lines that gave way are where those stand that came for them. Pure. */
export function moveArea(area: Area, hunks: readonly LineHunk[]): Area {
  if (area === 'whole') return area;
  return area.map(([first, last]) => {
    const moved = moveLine(first, hunks);
    return [moved, Math.max(moved, moveLine(last, hunks))];
  });
}

function moveLine(line: number, hunks: readonly LineHunk[]): number {
  let shift = 0;
  for (const hunk of hunks) {
    if (hunk.line > line) break;
    const within = line - hunk.line;
    if (within < hunk.removed)
      return hunk.line + shift + Math.min(within, Math.max(0, hunk.added - 1));
    shift += hunk.added - hunk.removed;
  }
  return line + shift;
}

/** Both areas as one: ascending, apart, at most 20 ranges. Pure. */
export function joinAreas(one: Area, other: Area): Area {
  if (one === 'whole' || other === 'whole') return 'whole';
  const joined: [number, number][] = [];
  for (const [first, last] of [...one, ...other].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  while (joined.length > maxRanges) joinNearest(joined);
  return joined;
}

function joinNearest(ranges: [number, number][]): void {
  let nearest = 1;
  for (let index = 1; index < ranges.length; index++) {
    if (gapBefore(ranges, index) < gapBefore(ranges, nearest)) nearest = index;
  }
  const [removed] = ranges.splice(nearest, 1);
  const kept = ranges[nearest - 1];
  if (kept !== undefined && removed !== undefined) kept[1] = removed[1];
}

function gapBefore(ranges: readonly LineRange[], index: number): number {
  return (ranges[index]?.[0] ?? 0) - (ranges[index - 1]?.[1] ?? 0);
}
