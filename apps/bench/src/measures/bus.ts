import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { openBus as openNats } from '@dispatch/bus-nats';
import { openBus as openPostgres } from '@dispatch/bus-postgres';
import type { Bus, Database } from '@dispatch/contracts';
import { createLogger } from '@dispatch/kernel';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { rawNats, rawPostgres } from '../floors/raw-bus.ts';
import { startNatsServer } from '../servers/nats-server.ts';
import { quantile } from '../statistics.ts';

/** One who sends and one who receives, in this process. */
export interface BusPair {
  publish(topic: string, text: string): void;
  subscribe(topic: string, listener: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface BusCost {
  /** Of this process, for sending and receiving a message. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface BusOptions {
  readonly server: 'postgres' | 'nats';
  readonly who: 'ours' | 'raw';
  readonly topics: number;
}

const messages = 40_000;
const warmUp = 4000;
/** Published in one turn of the event loop, as a batch of a turn's events is. */
const burst = 20;
const singles = 2000;
const pacedMessages = 300;
const pacedMs = 5;
const filling = 'x'.repeat(190);
const runtime = createNodeRuntime();

/** Bursts as fast as they go, and then single messages, one every five milliseconds. */
export async function measureBus(options: BusOptions): Promise<BusCost> {
  return withServer(options.server, async (place) => {
    const pair = await open(options, place);
    const topics = Array.from({ length: options.topics }, (_, n) => `conversation_${n}`);
    let heard = 0;
    let listener = (_text: string) => {};
    for (const topic of topics) {
      await pair.subscribe(topic, (text) => {
        heard += 1;
        listener(text);
      });
    }
    const all = async (count: number) => {
      const target = heard + count;
      for (let sent = 0; sent < count; sent += 1) {
        pair.publish(topics[sent % topics.length] ?? '', `${sent} ${filling}`);
        if (sent % burst === burst - 1) await setImmediate();
      }
      while (heard < target) await setImmediate();
    };
    await all(warmUp);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    await all(messages);
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);

    // Whoever sends batches has hardly run the code for a single message yet.
    for (let round = 0; round < singles; round += 1) await all(1);
    const latencies: number[] = [];
    listener = (text) => latencies.push(performance.now() - Number(text.split(' ', 1)[0]));
    for (let sent = 0; sent < pacedMessages; sent += 1) {
      pair.publish(topics[0] ?? '', `${performance.now()} ${filling}`);
      await sleep(pacedMs);
    }
    while (latencies.length < pacedMessages) await sleep(1);
    await pair.close();
    return {
      cpuUs: (user + system) / messages,
      perSecond: (messages / wallMs) * 1000,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
    };
  });
}

type Place = { readonly database: Database } | { readonly url: string };

async function withServer<T>(
  server: BusOptions['server'],
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (server === 'nats') {
    const { url, stop } = await startNatsServer();
    return work({ url }).finally(stop);
  }
  const dataDir = temporaryDataDir(tmpdir());
  const postgres = await startPostgres({ dataDir, sleep: runtime.sleep });
  try {
    return await work({ database: { ...postgres.database, isPrivate: false } });
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function open({ who }: BusOptions, place: Place): Promise<BusPair> {
  if ('url' in place) {
    return who === 'raw'
      ? rawNats(place.url)
      : join(() => openNats({ servers: [place.url], prefix: 'bench', runtime, logger }));
  }
  const { database } = place;
  return who === 'raw'
    ? rawPostgres(database)
    : join(() => openPostgres({ database, runtime, logger }));
}

function join(member: () => { bus: Bus; close(): Promise<void> }): BusPair {
  const [sender, receiver] = [member(), member()];
  return {
    publish: sender.bus.publish,
    async subscribe(topic, listener) {
      await receiver.bus.subscribe(topic, listener);
    },
    async close() {
      await Promise.all([sender.close(), receiver.close()]);
    },
  };
}

const logger = createLogger({
  extension: 'bench',
  now: () => runtime.wallNow(),
  newTraceId: () => runtime.randomHex(16),
  newSpanId: () => runtime.randomHex(8),
  write: (record) => {
    if (record.type === 'log') console.error(record.message, record.attributes);
  },
});
