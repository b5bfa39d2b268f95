import { describe, expect, it } from 'vitest';
import { fakeClock } from './fake-clock.ts';

describe('fakeClock', () => {
  it('wakes sleepers at their time, in the order of going to sleep', async () => {
    const clock = fakeClock();
    const log: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      log.push(`${name} ${clock.now()}`);
    };
    void sleep('late', 20);
    void sleep('one', 10).then(() => sleep('again', 5));
    void sleep('two', 10);
    await clock.advance(9);
    expect(log).toEqual([]);
    await clock.advance(7);
    expect(log).toEqual(['one 10', 'two 10', 'again 15']);
    expect(clock.now()).toBe(16);
    await clock.runAll();
    expect(log.at(-1)).toBe('late 20');
    expect(clock.sleepers()).toBe(0);
  });

  it('wakes at once where a signal fires or has fired', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1000, controller.signal);
    controller.abort();
    await sleeping;
    await clock.sleep(1000, controller.signal);
    expect(clock.sleepers()).toBe(0);
    expect(clock.now()).toBe(0);
  });

  it('runs until a promise settles, however it does', async () => {
    const clock = fakeClock();
    expect(await clock.runUntil(clock.sleep(5).then(() => 'done'))).toBe('done');
    const failing = clock.sleep(5).then(() => Promise.reject(new Error('no')));
    await expect(clock.runUntil(failing)).rejects.toThrow('no');
    expect(clock.now()).toBe(10);
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('nobody sleeps');
  });
});
