import { fakeClock } from '@dispatch/kernel/testing';
import { expect, it } from 'vitest';
import { waitForRest } from './wait-for-rest.ts';

/** Waits beside somebody who prints every so often, and says how long that took; with `closesAfterMs` it ends then. */
async function measure(printEveryMs: number, closesAfterMs?: number) {
  const clock = fakeClock();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let told = 0;
  let isOver = false;
  const print = async () => {
    while (!isOver) {
      await clock.sleep(printEveryMs);
      told += 1;
    }
  };
  if (printEveryMs > 0) void print();
  if (closesAfterMs !== undefined) void clock.sleep(closesAfterMs).then(close);
  const runtime = { sleep: clock.sleep, newAbortController: () => new AbortController() };
  const waiting = waitForRest({ closed }, () => told, 60, runtime).then(() => {
    isOver = true;
    return clock.now();
  });
  await clock.advance(5000);
  return waiting;
}

it('waits for the end of an output, as long as something comes, and in silence not for long', async () => {
  expect(await measure(0, 5)).toBeLessThan(10);
  expect(await measure(0)).toBeLessThan(70);
  expect(await measure(25, 400)).toBeLessThan(410);
  expect(await measure(25, 400)).toBeGreaterThanOrEqual(400);
});

it('does not wait for who prints for ever', async () => {
  const waited = await measure(25);
  expect(waited).toBeGreaterThan(500);
  expect(waited).toBeLessThan(700);
});
