import type { Runtime } from '@dispatch/contracts';
import type { World } from '../world/world.ts';
import type { Incarnation } from './incarnation.ts';
import { LightAbortController } from './light-abort-controller.ts';

/** How a host's clock goes: `rate` 1.01 gains ten milliseconds a second. */
export interface HostClock {
  readonly rate: number;
  /** Of the wall clock, milliseconds; of the monotonic one the origin. */
  readonly offsetMs: number;
  /** What was added to the wall clock alone, by a person or a time server. */
  wallJumpMs: number;
}

const startsAt = Date.UTC(2026, 0, 1);

/** Everything nondeterministic of one life of a host, from the world's time and seed. */
export function hostRuntime(world: World, incarnation: Incarnation, clock: HostClock): Runtime {
  const { rate, offsetMs } = clock;
  const serial = world.between(0, 0xfff).toString(16).padStart(3, '0');
  const callPrefix = `${incarnation.name.replace('.', '-')}-`;
  let ids = 0;
  let calls = 0;
  let digits = 0;
  const now = () => offsetMs + world.now() * rate;
  const wallNow = () => Math.floor(startsAt + now() + clock.wallJumpMs);
  return {
    now,
    wallNow,
    random: world.random,
    randomHex: (bytes) => (++digits).toString(16).padStart(bytes * 2, '0'),
    newId() {
      const time = wallNow().toString(16).padStart(12, '0');
      const count = (++ids).toString(16).padStart(3, '0').slice(-3);
      const chance = Math.floor(world.random() * 2 ** 32).toString(16);
      return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-8${serial}-${chance.padStart(12, '0')}`;
    },
    newCallId: () => `${callPrefix}${++calls}`,
    newAbortController: () => new LightAbortController(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const due = world.after(Math.max(1, Math.ceil(ms / rate)), () => incarnation.enter(wake));
        const wake = () => {
          due.cancel();
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake);
      }),
  };
}
