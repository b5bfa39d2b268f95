import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardLimits } from './limits.ts';
import { RepetitionGuard, type Verdict } from './repetition.ts';

const call = (name: string, input = 1, result = 'same') => ({
  name,
  input: { input },
  content: [{ type: 'text', text: result }] as const,
});

function verdicts(names: readonly string[], limits = standardLimits): Verdict[] {
  const guard = new RepetitionGuard(limits);
  return names.map((name) => guard.addCall(call(name)));
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

describe('RepetitionGuard', () => {
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
    const guard = new RepetitionGuard(standardLimits);
    for (let index = 0; index < 10; index += 1) {
      expect(guard.addCall(call('a', index))).toBe('go-on');
      expect(guard.addCall(call('a', 0, `result ${index}`))).toBe('go-on');
    }
    const same = [
      { x: 1, y: [null] },
      { y: [null], x: 1 },
      { x: 1, y: [null] },
    ];
    const rows = same.map((input) => guard.addCall({ name: 'b', input, content: [] }));
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

  it('counts steps in which every call failed, in a row', () => {
    const guard = new RepetitionGuard(standardLimits);
    const seen: Verdict[] = [];
    for (const failed of [true, true, false, true, true, true, true, true, true]) {
      seen.push(guard.errorVerdict);
      guard.addStep(failed);
    }
    expect(seen).toEqual([
      ...['go-on', 'go-on', 'notice', 'go-on', 'go-on', 'notice', 'notice', 'notice', 'end'],
    ]);
  });
});
