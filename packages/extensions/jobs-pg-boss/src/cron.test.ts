import { isCron, nextCronTime } from '@dispatch/contracts';
import fc from 'fast-check';
import { PgBoss } from 'pg-boss';
import { expect, test } from 'vitest';

/** A field of numbers from `least` to `most`, in any of the forms that the contract knows. */
function field(least: number, most: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: least, max: most });
  const range = fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: most - least }).map((every) => `/${every}`);
  const item = fc.oneof(
    number.map(String),
    range,
    fc.tuple(range, step).map((parts) => parts.join('')),
  );
  const list = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(','));
  return fc.oneof(
    fc.constant('*'),
    step.map((text) => `*${text}`),
    list,
  );
}

test('a cron text means to pg-boss what it means to the contract', () => {
  // Days of the month that every month has: pg-boss gives up on some that come years later.
  const cron = fc
    .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    .filter(([, , day, , weekday]) => !/^\*\//.test(day) && !/^\*\//.test(weekday))
    .map((fields) => fields.join(' '))
    .filter(isCron);
  const engine = new PgBoss('postgres://nowhere');
  const time = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(cron, time, (text, after) => {
      const [theirs] = engine.previewSchedule(text, { count: 1, from: new Date(after), tz: 'UTC' });
      expect(nextCronTime(text, after)).toBe(theirs?.getTime());
    }),
    { numRuns: 300 },
  );
});
