import type { LineHunk } from '@dispatch/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Area, joinAreas, moveArea, severityOf } from './line-ranges.ts';

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 }))
  .map(([first, more]) => [first, first + more] as const);
const area = fc.array(range, { minLength: 1, maxLength: 40 });
const linesOf = (ranges: Area) =>
  ranges === 'whole'
    ? []
    : ranges.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, at) => first + at),
      );

describe('severityOf', () => {
  it('is that of the nearest two lines', () => {
    fc.assert(
      fc.property(area, area, (one, other) => {
        const nearest = Math.min(
          ...linesOf(one).flatMap((line) =>
            linesOf(other).map((another) => Math.abs(line - another)),
          ),
        );
        const expected =
          nearest === 0 ? 'same-line' : nearest <= 5 ? 'adjacent-line' : 'different-area';
        expect(severityOf(one, other)).toBe(expected);
        expect(severityOf(other, one)).toBe(expected);
      }),
    );
  });

  it('takes whoever changed the whole file for on the same line', () => {
    expect(severityOf('whole', [[1, 1]])).toBe('same-line');
  });

  it.each([
    [5, 'same-line'],
    [6, 'adjacent-line'],
    [10, 'adjacent-line'],
    [11, 'different-area'],
  ])('of lines 5 and %i is %s', (line, severity) => {
    expect(severityOf([[3, 5]], [[line, line]])).toBe(severity);
  });
});

describe('moveArea', () => {
  it('finds lines that stayed where they stand now', () => {
    const change = fc.array(
      fc.record({
        kept: fc.integer({ min: 1, max: 4 }),
        removed: fc.integer({ min: 0, max: 3 }),
        added: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(change, (changes) => {
        const before: string[] = [];
        const after: string[] = [];
        const hunks: LineHunk[] = [];
        for (const [index, { kept, removed, added }] of [
          ...changes,
          { kept: 3, removed: 0, added: 0 },
        ].entries()) {
          if (removed + added > 0) hunks.push({ line: before.length + 1, removed, added });
          before.push(...Array.from({ length: removed }, () => 'gone'));
          after.push(...Array.from({ length: added }, () => 'new'));
          for (let at = 0; at < kept; at++) {
            before.push(`kept ${index} ${at}`);
            after.push(`kept ${index} ${at}`);
          }
        }
        for (const [at, line] of before.entries()) {
          if (line === 'gone') continue;
          const place = after.indexOf(line) + 1;
          expect(moveArea([[at + 1, at + 1]], hunks)).toEqual([[place, place]]);
        }
      }),
    );
  });

  it('puts lines that gave way to where those stand that came for them', () => {
    const hunks = [
      { line: 1, removed: 0, added: 2 },
      { line: 5, removed: 3, added: 1 },
    ];
    expect(moveArea([[6, 7]], hunks)).toEqual([[7, 7]]);
    expect(moveArea([[4, 9]], hunks)).toEqual([[6, 9]]);
    expect(moveArea([[5, 5]], [{ line: 5, removed: 1, added: 0 }])).toEqual([[5, 5]]);
    expect(moveArea('whole', hunks)).toBe('whole');
  });
});

describe('joinAreas', () => {
  it('keeps every line, in at most 20 ranges that stand apart', () => {
    fc.assert(
      fc.property(area, area, (one, other) => {
        const joined = joinAreas(one, other);
        if (joined === 'whole') throw new Error('lines are known');
        expect(joined.length).toBeLessThanOrEqual(20);
        expect(linesOf(joined)).toEqual(
          expect.arrayContaining([...linesOf(one), ...linesOf(other)]),
        );
        for (const [index, [first, last]] of joined.entries()) {
          expect(first).toBeLessThanOrEqual(last);
          if (index > 0) expect(first).toBeGreaterThan((joined[index - 1]?.[1] ?? 0) + 1);
        }
      }),
    );
  });

  it('knows no lines beside the whole file', () => {
    expect(joinAreas('whole', [[1, 1]])).toBe('whole');
  });
});
