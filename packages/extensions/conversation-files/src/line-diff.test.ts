import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, linesOf } from './line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });

describe('diffLines', () => {
  it('makes one list of lines the other, in ascending hunks with lines that stay between them', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const hunks = diffLines(before, after);
        const made: string[] = [];
        let at = 0;
        let grown = 0;
        for (const { line, removed, added } of hunks) {
          expect(removed + added).toBeGreaterThan(0);
          expect(line - 1).toBeGreaterThanOrEqual(at + (at === 0 ? 0 : 1));
          made.push(...before.slice(at, line - 1));
          made.push(...after.slice(line - 1 + grown, line - 1 + grown + added));
          at = line - 1 + removed;
          grown += added - removed;
        }
        expect([...made, ...before.slice(at)]).toEqual(after);
      }),
      { numRuns: 2000 },
    );
  });

  it('needs no more edits than the longest common part leaves', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const edits = diffLines(before, after).reduce(
          (sum, { removed, added }) => sum + removed + added,
          0,
        );
        expect(edits).toBe(before.length + after.length - 2 * longestCommon(before, after));
      }),
    );
  });

  it('gives one hunk where texts have little in common, soon', () => {
    const before = Array.from({ length: 50_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 50_000 }, (_, index) => `new ${index}`);
    expect(diffLines(before, after)).toEqual([{ line: 1, removed: 50_000, added: 50_000 }]);
  });

  it('counts lines as editors do', () => {
    expect(linesOf('')).toEqual([]);
    expect(linesOf('a\nb\n')).toEqual(['a', 'b']);
    expect(linesOf('a\n\n')).toEqual(['a', '']);
    expect(linesOf('\n')).toEqual(['']);
  });
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const row = [0];
    b.forEach((other, index) => {
      row.push(
        word === other ? (above[index] ?? 0) + 1 : Math.max(row[index] ?? 0, above[index + 1] ?? 0),
      );
    });
    above = row;
  }
  return above[b.length] ?? 0;
}
