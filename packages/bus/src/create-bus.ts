import { type Bus, CodedError, maxMessageBytes, type Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { createAssembly } from './assembly.ts';
import type { Carrier, Receive } from './carrier.ts';
import { escapeReserved, restoreReserved } from './escape.ts';
import { createLossReport } from './loss-report.ts';
import { createOutbox } from './outbox.ts';
import { createPacker, openPacket, senderLength } from './packets.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface BusOptions {
  readonly runtime: Runtime;
  readonly logger: Logger;
  /** Called once, at once. */
  readonly openCarrier: (receive: Receive) => Carrier;
}

export interface OpenBus {
  readonly bus: Bus;
  /** Gives what waits a second to go out, then closes the carrier. Never rejects. */
  close(): Promise<void>;
}

const topicPattern = /^[A-Za-z0-9_./-]{1,128}$/;
const subscribeTimeoutMs = 10_000;
const assemblyTimeoutMs = 30_000;
const closeGraceMs = 1000;

/** A member of a bus, on whatever carries its packets. Makes the promises of the contract `bus`. */
export function createBus({ runtime, logger, openCarrier }: BusOptions): OpenBus {
  const sender = runtime.randomHex(senderLength / 2);
  const report = createLossReport(logger, runtime);
  const subscriptions = createSubscriptions((error) => report('listener-threw', 1, error));
  const assembly = createAssembly({
    runtime,
    // Twice, as escaping may double a text; and twice, so that one does not keep out another.
    maxUnits: 4 * maxMessageBytes,
    timeoutMs: assemblyTimeoutMs,
    onLost: (count) => report('incomplete', count),
  });
  const carrier = openCarrier(receive);
  const outbox = createOutbox({
    carrier,
    pack: createPacker(sender),
    runtime,
    maxWaitingBytes: 2 * maxMessageBytes,
    report,
  });
  let isClosed = false;

  function receive(topic: string, packet: string): void {
    if (isClosed || packet.startsWith(sender)) return;
    const opened = openPacket(packet);
    if (opened === undefined) report('unreadable');
    else if (opened.kind === 'messages') {
      for (const text of opened.texts) subscriptions.tell(topic, restoreReserved(text));
    } else {
      const text = assembly.add(opened.part);
      if (text !== undefined) subscriptions.tell(topic, restoreReserved(text));
    }
  }

  function publish(topic: string, message: string): void {
    if (isClosed) return;
    const bytes = Buffer.byteLength(message);
    if (!topicPattern.test(topic)) report('bad-topic');
    else if (bytes > maxMessageBytes) report('too-long');
    else {
      const text = escapeReserved(message);
      outbox.add({ topic, text, bytes: text === message ? bytes : Buffer.byteLength(text) });
    }
  }

  async function subscribe(
    topic: string,
    listener: (message: string) => void,
  ): Promise<() => void> {
    if (!topicPattern.test(topic)) {
      throw new CodedError('invalid-input', {
        message: '`topic`: must be 1 to 128 of the characters A-Z a-z 0-9 _ . / -',
      });
    }
    const remove = subscriptions.add(topic, listener);
    const unsubscribe = () => {
      if (remove()) carrier.unlisten(topic);
    };
    const isInForce = !isClosed && (await isDoneWithin(carrier.listen(topic), runtime));
    if (isInForce) return unsubscribe;
    unsubscribe();
    throw new CodedError('bus-unavailable', {
      message: 'The bus between the hosts does not answer.',
      hint: isClosed
        ? 'This member has left the bus.'
        : `Nothing could be subscribed to in ${subscribeTimeoutMs} ms.`,
    });
  }

  return {
    bus: { publish, subscribe },
    async close() {
      await outbox.close(closeGraceMs);
      isClosed = true;
      subscriptions.clear();
      assembly.close();
      await carrier.close();
    },
  };
}

async function isDoneWithin(done: Promise<void>, runtime: Runtime): Promise<boolean> {
  const stop = runtime.newAbortController();
  const isDone = await Promise.race([
    done.then(() => true),
    runtime.sleep(subscribeTimeoutMs, stop.signal).then(() => false),
  ]);
  stop.abort();
  return isDone;
}
