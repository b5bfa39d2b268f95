import type { Runtime } from '@dispatch/contracts';
import { type FakeClock, fakeClock } from '@dispatch/kernel/testing';
import { seededRandom } from './seeded-random.ts';

/** A runtime that is the same every time: time moves when it is told to, a seed decides the rest. */
export interface VirtualRuntime extends Runtime, FakeClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface VirtualRuntimeOptions {
  /** Two runtimes of one seed give the same ids and numbers in the same order. 1. */
  readonly seed?: number;
  /** Epoch milliseconds at the start. 2026-01-01T00:00:00.000Z. */
  readonly startsAt?: number;
}

/** For tests and simulation. `now` begins at 0. Each call makes one of its own. */
export function virtualRuntime(options: VirtualRuntimeOptions = {}): VirtualRuntime {
  const { seed = 1, startsAt = Date.UTC(2026, 0, 1) } = options;
  const clock = fakeClock();
  const random = seededRandom(seed);
  const wallNow = () => startsAt + clock.now();
  let ids = 0;
  let calls = 0;

  const randomHex = (bytes: number) => {
    let digits = '';
    for (let i = 0; i < bytes; i++) digits += hex(Math.floor(random() * 256), 2);
    return digits;
  };

  return {
    ...clock,
    wallNow,
    random,
    randomHex,
    newId() {
      // Time first, then a count across all of them: increasing, and legible in a failed test.
      const time = hex(Math.floor(wallNow()), 12);
      const count = hex(++ids, 9);
      return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(6)}${randomHex(4)}0`;
    },
    newCallId: () => `call_${++calls}`,
    newAbortController: () => new AbortController(),
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
