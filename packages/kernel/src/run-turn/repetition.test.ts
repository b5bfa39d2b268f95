import { describe, expect, it } from 'vitest';
import type { Verdict } from './call-row.ts';
import { standardLimits } from './limits.ts';
import { RepetitionGuard } from './repetition.ts';

const call = (name: string) => ({ name, input: {}, content: [] });

describe('RepetitionGuard', () => {
  it('counts steps in which every call failed, in a row', () => {
    const guard = new RepetitionGuard(standardLimits);
    const seen: Verdict[] = [];
    for (const failed of [true, true, false, true, true, true, true, true, true]) {
      seen.push(guard.errorVerdict);
      guard.addStep({ calls: [], hasOnlyErrors: failed });
    }
    expect(seen).toEqual([
      ...['go-on', 'go-on', 'notice', 'go-on', 'go-on', 'notice', 'notice', 'notice', 'end'],
    ]);
  });

  it('says why the turn is to end: no progress before too many errors', () => {
    const guard = new RepetitionGuard(standardLimits);
    const ends = [1, 2, 3, 4, 5, 6].map(() =>
      guard.addStep({ calls: [call('a')], hasOnlyErrors: true }),
    );
    expect(ends).toEqual([...Array(5).fill(undefined), 'no-progress']);
    expect(guard.addStep({ calls: [call('b')], hasOnlyErrors: true })).toBe('too-many-errors');
  });

  it('judges the calls of the step under way without taking them in', () => {
    const guard = new RepetitionGuard(standardLimits);
    guard.addStep({ calls: [call('a'), call('a')], hasOnlyErrors: false });
    expect(guard.startStep().add(call('a'))).toBe('notice');
    expect(guard.startStep().add(call('a'))).toBe('notice');
  });
});
