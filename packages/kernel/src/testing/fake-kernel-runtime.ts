import type { KernelRuntime } from '../run-turn/options.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** The surroundings' own: real tools and providers want to listen to a real signal. */
declare const AbortController: new () => AbortController;

export interface FakeKernelRuntime extends KernelRuntime {
  now(): number;
  readonly clock: FakeClock;
}

/** What `runTurn` takes, on virtual time; ids count up from `call_1`. */
export function fakeKernelRuntime(clock: FakeClock = fakeClock()): FakeKernelRuntime {
  let calls = 0;
  return {
    clock,
    now: clock.now,
    sleep: clock.sleep,
    newCallId: () => `call_${++calls}`,
    newAbortController: () => new AbortController(),
  };
}
