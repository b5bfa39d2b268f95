import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualRuntime } from './virtual-runtime.ts';

test('time moves only when it is told to, and wakes sleepers in the order of their times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 20 }), async (delays) => {
      const runtime = virtualRuntime();
      const woken: number[] = [];
      for (const delay of delays) {
        void runtime.sleep(delay).then(() => {
          woken.push(delay);
          expect(runtime.now()).toBe(delay);
        });
      }
      await runtime.advance(50);
      expect(woken).toEqual([...delays].sort((a, b) => a - b));
      expect(runtime.now()).toBe(50);
      expect(runtime.sleepers()).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test('who wakes and sleeps again is woken within the same advance', async () => {
  const runtime = virtualRuntime();
  const beats: number[] = [];
  void (async () => {
    for (;;) {
      await runtime.sleep(10);
      beats.push(runtime.now());
    }
  })();
  await runtime.advance(35);
  expect(beats).toEqual([10, 20, 30]);
});

test('a signal ends a sleep at once', async () => {
  const runtime = virtualRuntime();
  const controller = runtime.newAbortController();
  const sleep = runtime.sleep(1000, controller.signal);
  controller.abort();
  await sleep;
  await runtime.sleep(1000, controller.signal);
  expect(runtime.now()).toBe(0);
  expect(runtime.sleepers()).toBe(0);
});

test('runs until a promise settles, rejections included', async () => {
  const runtime = virtualRuntime();
  const day = 86_400_000;
  expect(await runtime.runUntil(runtime.sleep(day).then(() => 'done'))).toBe('done');
  expect(runtime.now()).toBe(day);
  await expect(
    runtime.runUntil(
      runtime.sleep(1).then(() => {
        throw new Error('no');
      }),
    ),
  ).rejects.toThrow('no');
});

test('a seed decides numbers and ids; ids are UUIDv7s that increase', async () => {
  const take = async (seed: number) => {
    const runtime = virtualRuntime({ seed });
    const taken: (string | number)[] = [];
    for (let i = 0; i < 300; i++) {
      taken.push(runtime.newId(), runtime.random(), runtime.randomHex(8), runtime.newCallId());
      if (i % 100 === 0) await runtime.advance(1);
    }
    return taken;
  };
  const [one, again, other] = await Promise.all([take(1), take(1), take(2)]);
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
  const ids = one.filter((_, index) => index % 4 === 0).map(String);
  expect(ids).toEqual([...new Set(ids)].sort());
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
