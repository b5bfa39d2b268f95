import { fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import type { Bus, Runtime } from '@dispatch/contracts';
import { realTimeRuntime } from '../../../../../test/postgres-store.ts';
import { openBus } from '../open-bus.ts';

/** How much faster time passes for a member: what it waits ten seconds for comes in one. */
const speed = 10;
let seed = 0;

/** Real time, or much faster, with ids of its own. */
export function memberRuntime(isFast: boolean): Runtime {
  seed += 1;
  const { randomHex } = virtualRuntime({ seed });
  const runtime = realTimeRuntime();
  const factor = isFast ? speed : 1;
  return {
    ...runtime,
    randomHex,
    now: () => runtime.now() * factor,
    sleep: (ms, signal) => runtime.sleep(ms / factor, signal),
  };
}

/** A member that keeps what it logs. */
export function join(url: string, { isPrivate = false, isFast = false } = {}) {
  const context = fakeExtensionContext({ runtime: memberRuntime(isFast) });
  const { bus, close } = openBus({ ...context, database: { url, isPrivate } });
  const logged = () =>
    context.records.flatMap((record) => (record.type === 'log' ? [record.message] : []));
  return { bus, close, logged, records: context.records };
}

let asked = 0;

/** Resolves when what one says reaches the other, however often that has to be tried. */
export async function reaches(one: Bus, other: Bus, topic: string): Promise<void> {
  // Its own words each time: what was asked before may be on its way still.
  asked += 1;
  const question = `are you there, for the ${asked}. time?`;
  let isHeard = false;
  const listener = (text: string) => {
    if (text === question) isHeard = true;
  };
  const subscribe = (): Promise<() => void> => other.subscribe(topic, listener).catch(subscribe);
  const unsubscribe = await subscribe();
  while (!isHeard) {
    one.publish(topic, question);
    await realTimeRuntime().sleep(10);
  }
  unsubscribe();
}
