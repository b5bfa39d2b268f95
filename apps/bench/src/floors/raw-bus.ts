import type { Database } from '@dispatch/contracts';
import { connect } from '@nats-io/transport-node';
import postgres from 'postgres';
import type { BusPair } from '../measures/bus.ts';

/** By hand: a statement for each message, sent without waiting for the one before. */
export async function rawPostgres(database: Database): Promise<BusPair> {
  const socket = database.socketPath === undefined ? {} : { path: database.socketPath };
  const open = () => postgres(database.url, { ...socket, max: 1, fetch_types: false });
  const [sender, receiver] = [open(), open()];
  return {
    publish: (topic, text) => void sender`select pg_notify(${topic}, ${text})`.execute(),
    async subscribe(topic, listener) {
      await receiver.listen(topic, listener);
    },
    async close() {
      await Promise.all([sender.end(), receiver.end()]);
    },
  };
}

/** By hand: a message for each. */
export async function rawNats(url: string): Promise<BusPair> {
  const [sender, receiver] = await Promise.all([
    connect({ servers: url }),
    connect({ servers: url }),
  ]);
  return {
    publish: (topic, text) => sender.publish(topic, text),
    async subscribe(topic, listener) {
      receiver.subscribe(topic, { callback: (_, message) => listener(message.string()) });
      await receiver.flush();
    },
    async close() {
      await Promise.all([sender.close(), receiver.close()]);
    },
  };
}
