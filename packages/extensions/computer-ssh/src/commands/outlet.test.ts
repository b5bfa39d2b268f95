import { expect, it } from 'vitest';
import { createOutlet, type Outlet } from './outlet.ts';

const hi = Buffer.from('hi');

function makeOutlet(onTold: (outlet: Outlet) => void = () => {}) {
  let told = 0;
  const outlet: Outlet = createOutlet(() => {
    told += 1;
    onTold(outlet);
  });
  return { outlet, told: () => told };
}

it('tells nothing before somebody reads, and nothing more once who is told stops reading', async () => {
  const { outlet, told } = makeOutlet((one) => one.setReading(false));
  outlet.push('stdout', hi);
  outlet.push('stderr', hi);
  expect(told()).toBe(0);
  expect(outlet.heldErrors()).toBe('hi');
  outlet.setReading(true);
  expect(told()).toBe(1);
  let isDrained = false;
  const drained = outlet.drained().then(() => {
    isDrained = true;
  });
  await Promise.resolve();
  expect(isDrained).toBe(false);
  outlet.setReading(true);
  await drained;
  expect(told()).toBe(2);
});

it('tells nothing more once it is discarded', async () => {
  const { outlet, told } = makeOutlet();
  outlet.push('stdout', hi);
  outlet.discard();
  outlet.setReading(true);
  outlet.push('stdout', hi);
  await outlet.drained();
  expect(told()).toBe(0);
});
