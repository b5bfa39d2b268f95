import type { Carrier, Packet, Receive, SendOutcome } from '@dispatch/bus';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { createLink, type LinkOptions } from './link.ts';

export interface CarrierOptions extends Omit<LinkOptions, 'onClient'> {
  readonly receive: Receive;
}

/** Longer ones would hold up others. */
const maxPacketBytes = 1024 * 1024;
/** Until a server has said how much it takes. */
const assumedPacketBytes = 64 * 1024;
const listenRetryMs = 500;

/** Packets as messages of NATS. */
export function openCarrier(options: CarrierOptions): Carrier {
  const { prefix, runtime, receive } = options;
  /** By topic; undefined where there is no client yet. A client restores its own when it reconnects. */
  const subscriptions = new Map<string, Subscription | undefined>();
  const link = createLink({
    ...options,
    onClient(client) {
      for (const topic of subscriptions.keys()) subscriptions.set(topic, subscribe(client, topic));
    },
  });
  const subjectOf = (topic: string) => `${prefix}.${topic.replaceAll('.', '=')}`;

  function subscribe(client: NatsConnection, topic: string): Subscription {
    return client.subscribe(subjectOf(topic), {
      callback: (error, message) => {
        if (error === null) receive(topic, message.string());
      },
    });
  }

  async function send(packets: readonly Packet[]): Promise<SendOutcome> {
    const client = link.current();
    if (client === undefined) return 'unreachable';
    const limit = client.info?.max_payload ?? maxPacketBytes;
    if (packets.some(({ bytes }) => bytes > limit)) return 'refused';
    try {
      for (const { topic, text } of packets) client.publish(subjectOf(topic), text);
      await client.flush();
      return 'sent';
    } catch {
      return 'unreachable';
    }
  }

  return {
    maxPacketBytes: () =>
      Math.min(link.current()?.info?.max_payload ?? assumedPacketBytes, maxPacketBytes),
    send,
    async listen(topic) {
      if (!subscriptions.has(topic)) subscriptions.set(topic, undefined);
      while (subscriptions.has(topic)) {
        const client = await link.connected();
        if (!subscriptions.has(topic)) return;
        const present = subscriptions.get(topic);
        // The server closes one that it does not allow.
        const subscription = present?.isClosed() === false ? present : subscribe(client, topic);
        subscriptions.set(topic, subscription);
        // What it answers to this, it answers after it has dealt with the subscription.
        const isAnswered = await client.flush().then(
          () => true,
          () => false,
        );
        if (isAnswered && !subscription.isClosed()) return;
        await runtime.sleep(listenRetryMs);
      }
    },
    unlisten(topic) {
      subscriptions.get(topic)?.unsubscribe();
      subscriptions.delete(topic);
    },
    close: () => link.close(),
  };
}
