import type { Bus } from '@dispatch/contracts';

/** One system, of its own. */
export interface BusFixture {
  /** Two or three, each as if it stood on a host of its own. */
  readonly members: readonly [Bus, Bus, ...Bus[]];
  readonly dispose?: () => Promise<void>;
}

export type GetFixture = () => BusFixture;

let topics = 0;

/** Of the whole alphabet that topics have. */
export function newTopic(): string {
  topics += 1;
  return `conformance/Topic_${topics}.a-b`;
}

/** What a member hears of a topic from now on. */
export interface Ear {
  readonly heard: readonly string[];
  readonly unsubscribe: () => void;
  /** Resolves when something that was heard fits, now or later. Waits for ever: the test's limit ends it. */
  until(fits: (heard: readonly string[]) => boolean): Promise<void>;
}

export async function listen(bus: Bus, topic: string): Promise<Ear> {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const unsubscribe = await bus.subscribe(topic, (message) => {
    heard.push(message);
    for (const check of waiting) check();
  });
  return {
    heard,
    unsubscribe,
    until: (fits) =>
      new Promise((resolve) => {
        const check = () => {
          if (!fits(heard)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/**
 * Resolves after three round trips between two members. What was published before and is to arrive
 * nowhere would have been there by then, though order is not promised.
 */
export async function settle(one: Bus, other: Bus): Promise<void> {
  const topic = newTopic();
  const here = await listen(one, topic);
  const there = await listen(other, topic);
  for (let trip = 0; trip < 3; trip += 1) {
    one.publish(topic, `${trip} there`);
    await there.until((heard) => heard.includes(`${trip} there`));
    other.publish(topic, `${trip} back`);
    await here.until((heard) => heard.includes(`${trip} back`));
  }
  here.unsubscribe();
  there.unsubscribe();
}
