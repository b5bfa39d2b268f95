import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TurnLog, windowBytes } from './turn-log.ts';

function openLog(base = 0): { log: TurnLog; held: () => number } {
  let bytes = 0;
  const log = new TurnLog({
    conversationId: 'c',
    turnId: 't',
    base,
    account: (delta) => {
      bytes += delta;
    },
  });
  return { log, held: () => bytes };
}

test('numbers go up from the base without gaps, whatever is dropped', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3 }).map((epoch) => epoch * 2 ** 32),
      fc.array(
        fc.oneof(
          fc.string({ maxLength: 40 }).map((text) => ({ append: text })),
          fc.integer({ min: 0, max: 600 }).map((bytes) => ({ shrink: bytes })),
        ),
      ),
      (base, actions) => {
        const { log, held } = openLog(base);
        const all: string[] = [];
        for (const action of actions) {
          if ('append' in action) {
            expect(log.nextNumber).toBe(base + all.length);
            all.push(action.append);
            log.append(action.append);
          } else {
            log.shrinkTo(action.shrink);
            expect(log.bytes).toBeLessThanOrEqual(action.shrink);
          }
          expect(log.read(log.firstNumber, Number.POSITIVE_INFINITY)).toEqual(
            all.slice(log.firstNumber - base),
          );
          expect(held()).toBe(log.bytes);
        }
      },
    ),
  );
});

test('a running turn keeps no more than its window', () => {
  const { log } = openLog();
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 20; count += 1) log.append(megabyte);
  expect(log.bytes).toBeLessThanOrEqual(windowBytes);
  expect(log.firstNumber).toBe(5);
  expect(log.nextNumber).toBe(20);
});

test('reading gives at least one event and then stops at the size asked for', () => {
  const { log } = openLog();
  for (const text of ['aaaa', 'bbbb', 'cccc']) log.append(text);
  expect(log.read(0, 1)).toEqual(['aaaa']);
  expect(log.read(1, 5)).toEqual(['bbbb', 'cccc']);
  expect(log.read(3, 5)).toEqual([]);
});

test('a change wakes each reader once', () => {
  const { log } = openLog();
  let woken = 0;
  log.onChange(() => {
    woken += 1;
  });
  log.append('a');
  log.append('b');
  expect(woken).toBe(1);
});
