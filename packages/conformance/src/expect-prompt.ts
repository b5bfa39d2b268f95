import { expect } from 'vitest';

/**
 * Each try is to take less than 100 ms of real time. One of three has to: a machine that is busy is
 * late now and then, an implementation that is slow is slow each time. A try resolves with how long
 * the part took that has to be prompt.
 */
export async function expectPrompt(tryOnce: () => Promise<number>): Promise<void> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && shortest >= 100; tries++) {
    shortest = Math.min(shortest, await tryOnce());
  }
  expect(shortest).toBeLessThan(100);
}

/** Milliseconds until it settles, be it by a rejection. */
export async function msUntilSettled(running: Promise<unknown>): Promise<number> {
  const from = performance.now();
  await running.catch(() => {});
  return performance.now() - from;
}
