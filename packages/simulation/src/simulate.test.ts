import { beforeAll, expect, test } from 'vitest';
import { regressions } from './regressions.ts';
import { type HistoryReport, simulate } from './simulate.ts';

/** Of `npm test`; the long run takes more, and others. */
const histories = 300;
const reports: HistoryReport[] = [];

beforeAll(async () => {
  for (let seed = 1; seed <= histories; seed += 1) reports.push(await simulate(seed));
});

test.each(regressions)('seed $seed: $name', async ({ seed }) => {
  expect((await simulate(seed)).violation).toBeUndefined();
});

test(`${histories} histories keep all promises`, () => {
  const broken = reports.flatMap(({ seed, violation }) =>
    violation === undefined
      ? []
      : [`npm run simulate -- --seed ${seed} --trace # ${violation.rule}: ${violation.message}`],
  );
  expect(broken).toEqual([]);
});

test('they differ, tell their clients much, and have faults of every kind', () => {
  expect(new Set(reports.map(({ durationMs }) => durationMs)).size).toBeGreaterThan(histories / 2);
  const events = reports.reduce((sum, report) => sum + report.events, 0);
  expect(events).toBeGreaterThan(10 * histories);
  const kinds = new Set(reports.flatMap(({ faults }) => [...faults.keys()]));
  // So rare that they are for the long run.
  for (const kind of ['flood', 'suspend']) kinds.delete(kind);
  expect([...kinds].sort()).toEqual([
    'bus doubles a message',
    'bus loses a message',
    'connection cut',
    'crash after a call',
    'crash at work',
    'crash before a call',
    'cut-bus',
    'cut-store',
    'freeze',
    'freeze within a call',
    'kill',
    'provider cuts',
    'provider fails',
    'stop',
    'store loses an answer',
    'store makes a call twice',
    'store refuses',
    'store writes late',
    'wall-jump',
  ]);
});

test('the same seed gives the same history, traced or not', async () => {
  for (const seed of [3, 30, 300]) {
    const { trace: none, ...first } = await simulate(seed);
    const { trace, ...traced } = await simulate(seed, { isTraced: true });
    expect(none).toEqual([]);
    expect(trace.length).toBeGreaterThan(10);
    expect(traced).toEqual(first);
    expect((await simulate(seed, { isTraced: true })).trace).toEqual(trace);
  }
});
