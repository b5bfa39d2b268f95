import type { Carrier, Packet, Receive, SendOutcome } from '@dispatch/bus';
import type { Database, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { channelOf } from './channel.ts';
import type { Connection } from './connect.ts';
import { createListening } from './listening.ts';
import { createSession, isRefusal } from './session.ts';

export interface CarrierOptions {
  readonly database: Database;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly receive: Receive;
}

/** A payload is shorter than 8000 bytes. */
const maxPayloadBytes = 7999;
/** In no packet and in no channel. */
const separator = '\u0003';

/** Packets as notifications: one connection listens, another one notifies. */
export function openCarrier({ database, runtime, logger, receive }: CarrierOptions): Carrier {
  const topics = new Map<string, string>();
  const sending = createSession({ database, runtime });
  const session = createSession({
    database,
    runtime,
    onNotify: (channel, payload) => {
      const topic = topics.get(channel);
      if (topic !== undefined) receive(topic, payload);
    },
    onLost: () => listening.lost(),
  });
  const listening = createListening({ session, runtime, logger });

  async function send(packets: readonly Packet[]): Promise<SendOutcome> {
    try {
      await sending.run((connection) => notify(connection, packets));
      return 'sent';
    } catch (error) {
      return isRefusal(error) ? 'refused' : 'unreachable';
    }
  }

  return {
    maxPacketBytes: () => maxPayloadBytes,
    send,
    listen(topic) {
      const channel = channelOf(topic);
      topics.set(channel, topic);
      return listening.listen(channel);
    },
    unlisten(topic) {
      const channel = channelOf(topic);
      topics.delete(channel);
      listening.unlisten(channel);
    },
    async close() {
      listening.close();
      await Promise.all([session.close(), sending.close()]);
    },
  };
}

/** One statement; that for a single packet is cheaper. */
function notify(connection: Connection, packets: readonly Packet[]): PromiseLike<unknown> {
  const [first] = packets;
  if (first !== undefined && packets.length === 1) {
    return connection`select pg_notify(${channelOf(first.topic)}, ${first.text})`;
  }
  const channels = packets.map(({ topic }) => channelOf(topic)).join(separator);
  const payloads = packets.map(({ text }) => text).join(separator);
  return connection`
    select count(pg_notify(channel, payload))
    from unnest(
      string_to_array(${channels}, ${separator}),
      string_to_array(${payloads}, ${separator})
    ) as packet (channel, payload)`;
}
