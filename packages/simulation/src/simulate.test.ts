import { expect, test } from 'vitest';
import { regressions } from './regressions.ts';
import { simulate } from './simulate.ts';

/** Of `npm test`; the long run takes more, and others. */
const histories = 300;

test.each(regressions)('seed $seed: $name', async ({ seed }) => {
  expect((await simulate(seed)).violation).toBeUndefined();
});

test(`${histories} histories keep all promises`, async () => {
  const broken: string[] = [];
  let events = 0;
  for (let seed = 1; seed <= histories; seed += 1) {
    const report = await simulate(seed);
    events += report.events;
    const { violation } = report;
    if (violation === undefined) continue;
    broken.push(
      `npm run simulate -- --seed ${seed} --trace # ${violation.rule}: ${violation.message}`,
    );
  }
  expect(broken).toEqual([]);
  expect(events).toBeGreaterThan(histories);
}, 60_000);

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

test('seeds differ, and bring faults of every kind', async () => {
  const kinds = new Set<string>();
  const durations = new Set<number>();
  for (let seed = 1; seed <= 100; seed += 1) {
    const { faults, durationMs } = await simulate(seed);
    for (const kind of faults.keys()) kinds.add(kind);
    durations.add(durationMs);
  }
  expect(durations.size).toBeGreaterThan(90);
  // A flood is for the long run.
  kinds.delete('flood');
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
    'stop',
    'store loses an answer',
    'store makes a call twice',
    'store refuses',
    'store writes late',
  ]);
});
