import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const never = new Promise<void>(() => {});

it('lets so many in, the others in their order, and gives a slot back once', async () => {
  const slots = createSlots(1, 10);
  const first = await slots.take(never);
  const order: number[] = [];
  const later = [1, 2].map((n) =>
    slots.take(never).then((release) => {
      order.push(n);
      return release;
    }),
  );
  await Promise.resolve();
  expect(order).toEqual([]);
  first?.();
  first?.();
  (await later[0])?.();
  await later[1];
  expect(order).toEqual([1, 2]);
});

it('turns away who waits too long, and those beyond the limit', async () => {
  const slots = createSlots(1, 1);
  const release = await slots.take(never);
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>();
  const waiting = slots.take(gaveUp);
  expect(await slots.take(never)).toBeUndefined();
  giveUp();
  expect(await waiting).toBeUndefined();
  release?.();
  expect(await slots.take(never)).toBeTypeOf('function');
});
