import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallRow, type Verdict } from './call-row.ts';
import { standardLimits } from './limits.ts';

const call = (name: string, input = 1, result = 'same') => ({
  name,
  input: { input },
  content: [{ type: 'text', text: result }] as const,
});

function verdicts(names: readonly string[], limits = standardLimits): Verdict[] {
  const row = new CallRow(limits);
  return names.map((name) => row.add(call(name)));
}

/** The slow way: how often the last `cycle` names stand in a row at the end, for the best cycle. */
function slowRepeats(names: readonly string[]): number {
  let most = 1;
  for (let cycle = 1; cycle <= standardLimits.repeatCycle; cycle += 1) {
    const last = names.slice(-cycle).join(' ');
    let repeats = 0;
    for (let end = names.length; end >= cycle; end -= cycle) {
      if (names.slice(end - cycle, end).join(' ') !== last) break;
      repeats += 1;
    }
    most = Math.max(most, repeats);
  }
  return most;
}

describe('CallRow', () => {
  it('notices the third same call in a row and ends with the sixth', () => {
    expect(verdicts(Array(7).fill('a'))).toEqual([
      'go-on',
      'go-on',
      'notice',
      'notice',
      'notice',
      'end',
      'end',
    ]);
  });

  it('finds cycles of up to four calls', () => {
    const cycle = ['a', 'b', 'c', 'd'];
    const row = [...cycle, ...cycle, ...cycle];
    expect(verdicts(row).slice(-2)).toEqual(['go-on', 'notice']);
    const five = [...cycle, 'e'];
    expect(new Set(verdicts([...five, ...five, ...five, ...five]))).toEqual(new Set(['go-on']));
  });

  it('compares input and result, in whatever order their keys are', () => {
    const row = new CallRow(standardLimits);
    for (let index = 0; index < 10; index += 1) {
      expect(row.add(call('a', index))).toBe('go-on');
      expect(row.add(call('a', 0, `result ${index}`))).toBe('go-on');
    }
    const same = [
      { x: 1, y: [null] },
      { y: [null], x: 1 },
      { x: 1, y: [null] },
    ];
    const rows = same.map((input) => row.add({ name: 'b', input, content: [] }));
    expect(rows.at(-1)).toBe('notice');
  });

  it('judges any row of calls as the slow way does', () => {
    const row = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });
    fc.assert(
      fc.property(row, (names) => {
        const expected = names.map((_, index): Verdict => {
          const repeats = slowRepeats(names.slice(0, index + 1));
          if (repeats >= standardLimits.repeatEnd) return 'end';
          return repeats >= standardLimits.repeatNotice ? 'notice' : 'go-on';
        });
        expect(verdicts(names)).toEqual(expected);
      }),
    );
  });

  it('goes on apart from its copy', () => {
    const row = new CallRow(standardLimits);
    for (const name of ['a', 'a']) row.add(call(name));
    const copy = row.copy();
    expect(copy.add(call('b'))).toBe('go-on');
    expect(row.add(call('a'))).toBe('notice');
    expect(copy.add(call('a'))).toBe('go-on');
  });
});
