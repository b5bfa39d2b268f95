import { seededRandom } from '@dispatch/conformance/fakes';
import { expect, test } from 'vitest';
import { Timeline } from './timeline.ts';

const always = () => false;
const forever = Number.POSITIVE_INFINITY;

test('calls back in the order of times, whatever the order of asking', async () => {
  const random = seededRandom(1);
  const timeline = new Timeline(random);
  const called: number[] = [];
  const delays = Array.from({ length: 500 }, () => Math.floor(random() * 1000));
  for (const delay of delays) timeline.after(delay, () => called.push(timeline.now()));
  await timeline.run(always, forever);
  expect(called).toEqual(delays.toSorted((a, b) => a - b));
});

test('what is due at the same time comes in an order that the seed decides', async () => {
  const orderOf = async (seed: number) => {
    const timeline = new Timeline(seededRandom(seed));
    const called: number[] = [];
    for (let i = 0; i < 20; i += 1) timeline.after(5, () => called.push(i));
    await timeline.run(always, forever);
    return called;
  };
  expect(await orderOf(1)).toEqual(await orderOf(1));
  expect(await orderOf(1)).not.toEqual(await orderOf(2));
});

test('all promises settle between two callbacks, those that are made on the way included', async () => {
  const timeline = new Timeline(seededRandom(1));
  let depth = 0;
  const dive = async () => {
    for (; depth < 100; depth += 1) await Promise.resolve();
  };
  timeline.after(1, () => void dive());
  timeline.after(2, () => expect(depth).toBe(100));
  await timeline.run(always, forever);
  expect(depth).toBe(100);
});

test('stops when it is told to, and at its limit; what is cancelled is not called', async () => {
  const timeline = new Timeline(seededRandom(1));
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  for (const ms of [10, 20, 30, 40]) timeline.after(ms, count);
  timeline.after(25, count).cancel();
  await timeline.run(always, 20);
  expect([calls, timeline.now()]).toEqual([2, 20]);
  await timeline.run(() => calls === 3, forever);
  expect([calls, timeline.now()]).toEqual([3, 30]);
});

test('rejects with what a callback throws', async () => {
  const timeline = new Timeline(seededRandom(1));
  timeline.after(1, () => {
    throw new Error('no');
  });
  await expect(timeline.run(always, forever)).rejects.toThrow('no');
});
