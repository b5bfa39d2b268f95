/**
 * Messages between the hosts of one system, such as wake-ups and the live events of turns. It knows
 * no truth: a message may be lost, come twice or out of order, and is never kept for who comes later.
 * Whoever needs more numbers its messages and asks again.
 */
export interface Bus {
  /**
   * Tells all other hosts that subscribed to the topic. Does not come back to this host. Returns at
   * once and never throws; where the bus is down or its queue is full the message is dropped.
   *
   * `topic`: `[A-Za-z0-9_./-]{1,128}`. `message`: well-formed Unicode of any length that fits into
   * `maxMessageBytes` (a longer one is dropped, with a record).
   */
  publish(topic: string, message: string): void;
  /**
   * Calls `listener` with what others publish from now on, until the returned function is called.
   * Resolves when that is in force; survives a reconnect. A listener that throws harms no other.
   * Rejects with `bus-unavailable` where it can not be had within ten seconds.
   */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>;
}

/** In UTF-8. Longer than any event that a turn's log keeps. */
export const maxMessageBytes = 32 * 1024 * 1024;
