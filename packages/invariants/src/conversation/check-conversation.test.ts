import fc from 'fast-check';
import { expect, test } from 'vitest';
import { corruptions } from '../__fixtures__/corruptions.ts';
import { driveStore } from '../__fixtures__/drive-store.ts';
import { operations } from '../__fixtures__/operations.ts';
import { checkConversation } from './check-conversation.ts';
import { findingCatalog } from './finding-catalog.ts';

test('what well-behaved hosts leave in a store is sound, wherever they stop', async () => {
  let turns = 0;
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      for (const inspection of await driveStore(list)) {
        turns += inspection.turns.length;
        expect(checkConversation(inspection)).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
  expect(turns).toBeGreaterThan(500);
});

test('each single corruption of a sound conversation is found under its code', async () => {
  const applied = new Map(corruptions.map((one) => [one, 0]));
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      for (const inspection of await driveStore(list)) {
        for (const corruption of corruptions) {
          const corrupted = corruption.corrupt(inspection);
          if (corrupted === undefined) continue;
          applied.set(corruption, (applied.get(corruption) ?? 0) + 1);
          const codes = checkConversation(corrupted).map(({ code }) => code);
          expect(codes, corruption.what).toContain(corruption.code);
        }
      }
    }),
    { numRuns: 500 },
  );
  for (const [{ what }, times] of applied) expect(times, what).toBeGreaterThan(0);
});

test('every code is that of a corruption, and says what would be done', () => {
  const codes = new Set(corruptions.map(({ code }) => code));
  expect([...codes].sort()).toEqual(Object.keys(findingCatalog).sort());
});
