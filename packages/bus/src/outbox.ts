import type { Runtime } from '@dispatch/contracts';
import type { Carrier, Packet, SendOutcome } from './carrier.ts';
import type { LossReport } from './loss-report.ts';
import type { createPacker, Outgoing } from './packets.ts';

export interface OutboxOptions {
  readonly carrier: Carrier;
  readonly pack: ReturnType<typeof createPacker>;
  readonly runtime: Pick<Runtime, 'sleep' | 'random'>;
  /** Bytes of messages that wait, beside those that are on their way. */
  readonly maxWaitingBytes: number;
  readonly report: LossReport;
}

/** What goes to a carrier at once. */
const maxBatchBytes = 1024 * 1024;
/** What a waiting message takes beside its text. */
const overheadBytes = 128;
const firstRetryMs = 50;
const lastRetryMs = 2000;

/**
 * Messages on their way out. What comes while the carrier is busy goes out together after that: the
 * busier it is, the fewer calls there are for a message, and nobody waits for company. While the
 * carrier can not reach its server messages wait; at the limit the oldest are dropped.
 */
export function createOutbox(options: OutboxOptions) {
  const { carrier, pack, runtime, maxWaitingBytes, report } = options;
  let waiting: Outgoing[] = [];
  /** Of `waiting`, those before it are gone. */
  let first = 0;
  let waitingBytes = 0;
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  function shift(): Outgoing | undefined {
    const message = waiting[first];
    if (message === undefined) return undefined;
    first += 1;
    waitingBytes -= message.bytes + overheadBytes;
    if (first > 1000 && first * 2 > waiting.length) {
      waiting = waiting.slice(first);
      first = 0;
    }
    return message;
  }

  function trim(): void {
    let dropped = 0;
    while (waitingBytes > maxWaitingBytes && waiting.length - first > 1) {
      shift();
      dropped += 1;
    }
    if (dropped > 0) report('queue-full', dropped);
  }

  function takeBatch(): Outgoing[] {
    const batch: Outgoing[] = [];
    let bytes = 0;
    for (;;) {
      const next = waiting[first];
      if (next === undefined) return batch;
      bytes += next.bytes + overheadBytes;
      if (bytes > maxBatchBytes && batch.length > 0) return batch;
      batch.push(next);
      shift();
    }
  }

  function putBack(batch: readonly Outgoing[]): void {
    waiting = [...batch, ...waiting.slice(first)];
    first = 0;
    for (const { bytes } of batch) waitingBytes += bytes + overheadBytes;
    trim();
  }

  async function send(batch: readonly Outgoing[]): Promise<SendOutcome> {
    for (const packets of inBatches(pack(batch, carrier.maxPacketBytes()))) {
      const outcome = await carrier.send(packets);
      if (outcome !== 'sent') return outcome;
    }
    return 'sent';
  }

  async function run(): Promise<void> {
    // In a microtask: what is published in one go is sent in one go.
    await undefined;
    let retryMs = firstRetryMs;
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      const outcome = await send(batch);
      if (stop.signal.aborted) break;
      if (outcome === 'refused') report('refused', batch.length);
      if (outcome !== 'unreachable') {
        retryMs = firstRetryMs;
        continue;
      }
      putBack(batch);
      await runtime.sleep(retryMs * (0.5 + runtime.random() / 2), stop.signal);
      retryMs = Math.min(retryMs * 2, lastRetryMs);
    }
    running = undefined;
  }

  return {
    add(message: Outgoing): void {
      waiting.push(message);
      waitingBytes += message.bytes + overheadBytes;
      trim();
      running ??= run();
    },
    /** Gives what waits `graceMs` to go out; drops the rest. */
    async close(graceMs: number): Promise<void> {
      const grace = new AbortController();
      await Promise.race([running, runtime.sleep(graceMs, grace.signal)]);
      grace.abort();
      stop.abort();
      waiting = [];
      waitingBytes = 0;
      first = 0;
    },
  };
}

function* inBatches(packets: readonly Packet[]): Generator<readonly Packet[]> {
  let batch: Packet[] = [];
  let bytes = 0;
  for (const packet of packets) {
    if (bytes + packet.bytes > maxBatchBytes && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(packet);
    bytes += packet.bytes;
  }
  if (batch.length > 0) yield batch;
}
