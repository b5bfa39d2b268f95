import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { createSession } from './session.ts';

export interface ListeningOptions {
  readonly session: Pick<ReturnType<typeof createSession>, 'run'>;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** How often a connection on which nothing comes is asked whether it is there still. */
const heartbeatMs = 10_000;
const firstRetryMs = 50;
const lastRetryMs = 2000;
/** LISTEN takes longer the more channels there are. */
const maxChannelsAtOnce = 1000;

/**
 * Keeps a connection listening to what is wanted: compares that with what is in force, and mends the
 * difference, until it is told to close. What is wanted together is asked for in one statement.
 */
export function createListening({ session, runtime, logger }: ListeningOptions) {
  const wanted = new Set<string>();
  const inForce = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const stop = runtime.newAbortController();
  let change = runtime.newAbortController();
  let losses = 0;
  let isRunning = false;
  let isDown = false;

  async function mend(): Promise<void> {
    const missing = [...wanted].filter((channel) => !inForce.has(channel));
    const unwanted = [...inForce].filter((channel) => !wanted.has(channel));
    const added = missing.slice(0, maxChannelsAtOnce);
    const removed = unwanted.slice(0, maxChannelsAtOnce);
    const statements = [
      ...removed.map((channel) => `unlisten "${channel}"`),
      ...added.map((channel) => `listen "${channel}"`),
    ];
    if (statements.length === 0) return;
    // Before the server is asked: one who wants it meanwhile must not think that it stays.
    for (const channel of removed) inForce.delete(channel);
    const lossesBefore = losses;
    await session.run((connection) => connection.unsafe(statements.join(';')));
    if (losses !== lossesBefore) throw new Error('The connection was lost.');
    for (const channel of added) {
      inForce.add(channel);
      for (const resolve of waiting.get(channel) ?? []) resolve();
      waiting.delete(channel);
    }
    // There may be more than what is done at once.
    change.abort();
  }

  async function run(): Promise<void> {
    isRunning = true;
    let retryMs = firstRetryMs;
    while (!stop.signal.aborted && (wanted.size > 0 || inForce.size > 0)) {
      change = runtime.newAbortController();
      const { signal } = change;
      try {
        await mend();
        if (isDown) logger.info('The bus listens again.');
        isDown = false;
        retryMs = firstRetryMs;
        await runtime.sleep(heartbeatMs, signal);
        if (!signal.aborted) await session.run((connection) => connection`select 1`);
      } catch (error) {
        if (stop.signal.aborted) break;
        if (!isDown) logger.warn('The bus can not listen.', { error: String(error) });
        isDown = true;
        await runtime.sleep(retryMs * (0.5 + runtime.random() / 2), stop.signal);
        retryMs = Math.min(retryMs * 2, lastRetryMs);
      }
    }
    isRunning = false;
  }

  function changed(): void {
    change.abort();
    if (!isRunning) void run();
  }

  return {
    /** As `Carrier.listen`, of a channel. */
    listen(channel: string): Promise<void> {
      wanted.add(channel);
      if (inForce.has(channel)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.set(channel, [...(waiting.get(channel) ?? []), resolve]);
        changed();
      });
    },
    unlisten(channel: string): void {
      wanted.delete(channel);
      waiting.delete(channel);
      changed();
    },
    /** To be called when the connection is gone, and with it all that was in force. */
    lost(): void {
      losses += 1;
      inForce.clear();
      change.abort();
    },
    close(): void {
      stop.abort();
      change.abort();
    },
  };
}
