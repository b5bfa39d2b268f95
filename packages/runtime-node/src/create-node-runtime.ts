import type { Runtime } from '@dispatch/contracts';
import { createIdSource } from './id-source.ts';
import { createRandomHex } from './random-hex.ts';
import { sleep } from './sleep.ts';

/**
 * The runtime of a real process: Node's clocks, timers and cryptographic randomness.
 *
 * Each call makes one of its own, with its own order of ids: make one per process and share it.
 * Its timers do not keep the process alive; a server or a socket does.
 */
export function createNodeRuntime(): Runtime {
  const randomHex = createRandomHex();
  const wallNow = () => Date.now();
  return {
    wallNow,
    now: () => performance.now(),
    sleep,
    random: () => Math.random(),
    randomHex,
    newId: createIdSource(wallNow, randomHex),
    newCallId: () => `call_${randomHex(10)}`,
    newAbortController: () => new AbortController(),
  };
}
