import { afterAll, expect, test } from 'vitest';
import {
  type Boundary,
  crashBoundaries,
  type Outcome,
} from '../../apps/crash/src/boundaries/crash-boundaries.ts';
import { openFastClient } from '../../apps/crash/src/cluster/fast-client.ts';
import { root } from '../../apps/crash/src/options.ts';
import { temporaryDataDir } from './host-process.ts';

const data = temporaryDataDir();
afterAll(data.remove);

/** `npm run crash -- --boundaries` takes all statements; these are those on which the others hang. */
const chosen: readonly [RegExp, number, Boundary['moment']][] = [
  [/insert turns/, 1, 'unanswered'],
  [/insert ledger/, 2, 'before'],
  [/insert ledger/, 2, 'answered'],
  [/insert steps/, 1, 'before'],
  [/insert steps/, 1, 'unanswered'],
  [/insert steps.*update turns/, 1, 'unanswered'],
];

test('a host that is killed at a statement of a turn leaves the turn whole', async () => {
  const outcomes: (Outcome & Boundary)[] = [];
  await crashBoundaries({
    program: `${root}/apps/host-bin/dist/main.js`,
    folder: data.dataDir,
    signal: new AbortController().signal,
    choose: (all) =>
      chosen.flatMap(([name, occurrence, moment]) => {
        const found = all.find(
          (boundary) =>
            name.test(boundary.statement) &&
            boundary.occurrence === occurrence &&
            boundary.moment === moment,
        );
        return found === undefined ? [] : [found];
      }),
    openClient: (url) => openFastClient({ pick: url }, () => 0.5),
    onCrash: (boundary, outcome) => outcomes.push({ ...boundary, ...outcome }),
  });
  expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
  expect(outcomes.map(({ moment, wasReached }) => ({ moment, wasReached }))).toEqual(
    chosen.map(([, , moment]) => ({ moment, wasReached: true })),
  );
  // The call that had been started when its host died, and no other.
  expect(outcomes.map(({ interrupted }) => interrupted)).toEqual([0, 0, 1, 0, 0, 0]);
}, 60_000);
