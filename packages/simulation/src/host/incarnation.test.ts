import { expect, test } from 'vitest';
import { silentTrace } from '../world/trace.ts';
import { World } from '../world/world.ts';
import { hostRuntime } from './host-runtime.ts';
import { Incarnation } from './incarnation.ts';

function living() {
  const soon: (() => void)[] = [];
  const incarnation = new Incarnation('a.1', (run) => soon.push(run));
  const entered: string[] = [];
  return {
    incarnation,
    entered,
    /** Lets one more thing happen. */
    step: () => soon.shift()?.(),
    enter: (name: string) => incarnation.enter(() => entered.push(name)),
  };
}

test('what comes while it is frozen comes when it thaws, one by one, in order', () => {
  const { incarnation, entered, enter, step } = living();
  enter('one');
  incarnation.freeze();
  enter('two');
  enter('three');
  expect(entered).toEqual(['one']);
  incarnation.thaw();
  enter('four');
  expect(entered).toEqual(['one', 'two']);
  for (let left = 4; left > 0; left -= 1) step();
  enter('five');
  expect(entered).toEqual(['one', 'two', 'three', 'four', 'five']);
});

test('frozen again while it thaws it takes the rest when it thaws again', () => {
  const { incarnation, entered, enter, step } = living();
  incarnation.freeze();
  enter('one');
  enter('two');
  incarnation.thaw();
  incarnation.freeze();
  step();
  expect(entered).toEqual(['one']);
  incarnation.thaw();
  step();
  expect(entered).toEqual(['one', 'two']);
});

test('nothing reaches a dead one, frozen before or not; who watches hears of it once', () => {
  const { incarnation, entered, enter } = living();
  let ends = 0;
  incarnation.onEnd(() => {
    ends += 1;
  });
  incarnation.freeze();
  enter('held');
  incarnation.kill();
  incarnation.kill();
  incarnation.thaw();
  enter('late');
  expect(entered).toEqual([]);
  expect(ends).toBe(1);
});

test('its sleeps follow its own clock, and never wake once it is dead', async () => {
  const world = new World(1, silentTrace);
  const fast = new Incarnation('a.1', (run) => world.after(0, run));
  const runtime = hostRuntime(world, fast, { rate: 2, offsetMs: 500, wallJumpMs: 0 });
  const woken: number[] = [];
  void runtime.sleep(1000).then(() => woken.push(runtime.now()));
  void runtime.sleep(3000).then(() => woken.push(runtime.now()));
  world.after(600, () => fast.kill());
  await world.timeline.run(() => false, Number.POSITIVE_INFINITY);
  expect(woken).toEqual([1500]);
});

test('ids increase within one life, and are UUIDv7s', () => {
  const runtime = hostRuntime(new World(1, silentTrace), living().incarnation, {
    rate: 1,
    offsetMs: 0,
    wallJumpMs: 0,
  });
  const ids = Array.from({ length: 100 }, () => runtime.newId());
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
