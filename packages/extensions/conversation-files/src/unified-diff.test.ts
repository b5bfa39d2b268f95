import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);

describe('unifiedDiff', () => {
  it('shows what changed with two lines around it, and shifts the numbers behind it', () => {
    const before = numbered(30);
    const after = [...before];
    after.splice(4, 1, 'five', 'and a half');
    after.splice(25, 1);
    expect(unifiedDiff(text(...before), text(...after))).toBe(
      [
        '@@ -3,5 +3,6 @@',
        ' line 3',
        ' line 4',
        '-line 5',
        '+five',
        '+and a half',
        ' line 6',
        ' line 7',
        '@@ -23,5 +24,4 @@',
        ' line 23',
        ' line 24',
        '-line 25',
        ' line 26',
        ' line 27',
      ].join('\n'),
    );
  });

  it('shows changes that are near one another in one piece', () => {
    const shown = unifiedDiff(text('a', 'b', 'c', 'd'), text('A', 'b', 'c', 'D'));
    expect(shown.split('\n')).toEqual(['@@ -1,4 +1,4 @@', '-a', '+A', ' b', ' c', '-d', '+D']);
  });

  it('says what it leaves out, and cuts long lines', () => {
    const long = unifiedDiff('', text(...numbered(200)));
    expect(long.split('\n').length).toBe(81);
    expect(long).toMatch(/… and \d+ more lines/);
    expect(unifiedDiff('', 'x'.repeat(5000)).length).toBeLessThan(300);
  });

  it('has a word for a line end at the end', () => {
    expect(unifiedDiff('a', 'a\n')).toContain('line ends');
  });
});
