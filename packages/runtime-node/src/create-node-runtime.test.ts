import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNodeRuntime } from './create-node-runtime.ts';
import { createIdSource } from './id-source.ts';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are UUIDv7s of the wall clock, strictly increasing', () => {
  const runtime = createNodeRuntime();
  const before = runtime.wallNow();
  const ids = Array.from({ length: 10_000 }, () => runtime.newId());
  for (const id of ids) expect(id).toMatch(uuidV7);
  expect(ids).toEqual([...new Set(ids)].sort());
  const stamp = Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16);
  expect(stamp).toBeGreaterThanOrEqual(before);
  expect(stamp).toBeLessThanOrEqual(runtime.wallNow());
});

test('ids go on increasing whatever the clock does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 50 }),
      fc.constantFrom('00', 'ff', '7f'),
      (times, byte) => {
        let index = 0;
        const newId = createIdSource(
          () => 1_700_000_000_000 + (times[index++] ?? 0),
          (bytes) => byte.repeat(bytes),
        );
        let last = '';
        for (let i = 0; i < times.length; i++) {
          const id = newId();
          expect(id).toMatch(uuidV7);
          expect(id > last).toBe(true);
          last = id;
        }
      },
    ),
  );
});

test('a millisecond that is full lends from the next', () => {
  const newId = createIdSource(
    () => 1,
    (bytes) => 'ff'.repeat(bytes),
  );
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
});

test('random digits are as many as asked for, and differ', () => {
  const runtime = createNodeRuntime();
  for (const bytes of [0, 1, 8, 16, 4096, 5000]) {
    expect(runtime.randomHex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
  }
  const ids = Array.from({ length: 5000 }, () => runtime.randomHex(8));
  expect(new Set(ids).size).toBe(ids.length);
  expect(runtime.newCallId()).toMatch(/^call_[0-9a-f]{20}$/);
});

test('a sleep ends when its time is over, at once when its signal fires, and never rejects', async () => {
  const { sleep, now, newAbortController } = createNodeRuntime();
  const startedAt = now();
  await sleep(5);
  expect(now() - startedAt).toBeGreaterThan(3);

  const controller = newAbortController();
  const waits = [sleep(60_000, controller.signal), sleep(2 ** 40, controller.signal)];
  controller.abort();
  await Promise.all(waits);
  await sleep(Number.POSITIVE_INFINITY, controller.signal);
  expect(now() - startedAt).toBeLessThan(5_000);
});

test('a delay longer than a timer can hold is not cut short', async () => {
  const { sleep, newAbortController } = createNodeRuntime();
  const controller = newAbortController();
  let isOver = false;
  const wait = sleep(2 ** 31 + 10, controller.signal).then(() => {
    isOver = true;
  });
  await sleep(10);
  expect(isOver).toBe(false);
  controller.abort();
  await wait;
});
