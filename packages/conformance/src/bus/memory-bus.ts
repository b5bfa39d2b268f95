import { type Bus, maxMessageBytes } from '@dispatch/contracts';

export interface BusMessage {
  readonly from: string;
  readonly to: string;
  readonly topic: string;
  readonly text: string;
}

export interface MemoryBusOptions {
  /**
   * Called for each message and receiver: decides when `deliver` is called, and whether it is called
   * never, once or more often. Default: once, in a microtask.
   */
  readonly deliver?: (message: BusMessage, deliver: () => void) => void;
}

export interface MemoryBus {
  /** A new member, even where the name is taken: two members with one name hear each other. */
  join(name: string): Bus;
}

type Listener = (message: string) => void;
/** An object per subscription, so that one function may be subscribed twice. */
type Subscription = { listener: Listener | undefined };
type Member = { readonly name: string; readonly topics: Map<string, Set<Subscription>> };

/**
 * The contract `bus` within one process. Deterministic: members are told in the order in which they
 * joined, listeners in the order in which they subscribed; a subscription is in force at once. A
 * message reaches the subscriptions that were there when it was published and still are.
 */
export function memoryBus(options: MemoryBusOptions = {}): MemoryBus {
  const deliver = options.deliver ?? inMicrotask;
  const members: Member[] = [];

  function publish(from: Member, topic: string, text: string): void {
    if (!fits(text)) return;
    for (const to of members) {
      const subscriptions = to === from ? undefined : to.topics.get(topic);
      if (subscriptions === undefined) continue;
      const present = [...subscriptions];
      deliver({ from: from.name, to: to.name, topic, text }, () => tell(present, text));
    }
  }

  return {
    join(name) {
      const member: Member = { name, topics: new Map() };
      members.push(member);
      return {
        publish: (topic, message) => publish(member, topic, message),
        async subscribe(topic, listener) {
          return subscribe(member.topics, topic, listener);
        },
      };
    },
  };
}

function inMicrotask(_message: BusMessage, deliver: () => void): void {
  void Promise.resolve().then(deliver);
}

function subscribe(topics: Member['topics'], topic: string, listener: Listener): () => void {
  const subscription: Subscription = { listener };
  const present = topics.get(topic) ?? new Set();
  topics.set(topic, present.add(subscription));
  return () => {
    subscription.listener = undefined;
    present.delete(subscription);
    if (present.size === 0 && topics.get(topic) === present) topics.delete(topic);
  };
}

function tell(subscriptions: readonly Subscription[], text: string): void {
  for (const { listener } of subscriptions) {
    try {
      listener?.(text);
    } catch {
      // A listener that throws harms no other.
    }
  }
}

/** A UTF-16 unit takes at most three bytes, so that only long texts are measured. */
function fits(text: string): boolean {
  return text.length * 3 <= maxMessageBytes || byteLength(text) <= maxMessageBytes;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
