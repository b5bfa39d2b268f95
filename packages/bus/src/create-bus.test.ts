import { busConformance, fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import { maxMessageBytes } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import { type MemoryCarriers, memoryCarriers } from './__fixtures__/memory-carriers.ts';
import { createBus } from './create-bus.ts';

let seed = 0;

function joined(carriers: MemoryCarriers) {
  seed += 1;
  const runtime = virtualRuntime({ seed });
  const context = fakeExtensionContext({ runtime });
  const logged = () =>
    context.records.flatMap((record) => (record.type === 'log' ? [record.attributes] : []));
  const open = createBus({ ...context, openCarrier: (receive) => carriers.open(receive) });
  return { ...open, runtime, logged };
}

for (const maxPacketBytes of [1024, 7999]) {
  busConformance(`createBus on packets of ${maxPacketBytes} bytes`, async () => {
    const carriers = memoryCarriers(maxPacketBytes);
    const members = [joined(carriers), joined(carriers), joined(carriers)] as const;
    return {
      members: [members[0].bus, members[1].bus, members[2].bus],
      dispose: async () => {
        await Promise.all(members.map(({ close }) => close()));
      },
    };
  });
}

/** All that is ready to run has run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a bus', () => {
  it('sends what is published in one go in one call, and then what came meanwhile in another', async () => {
    const carriers = memoryCarriers();
    const { bus } = joined(carriers);
    let release = () => {};
    carriers.hold = new Promise((resolve) => {
      release = resolve;
    });
    for (let n = 0; n < 10; n += 1) bus.publish('t', `first ${n}`);
    await settled();
    for (let n = 0; n < 100; n += 1) bus.publish(`t${n % 3}`, `second ${n}`);
    await settled();
    expect(carriers.calls.map((packets) => packets.length)).toEqual([1]);
    release();
    await settled();
    expect(carriers.calls.map((packets) => packets.length)).toEqual([1, 3]);
  });

  it('never makes a packet longer than it may be, and says how long each is', async () => {
    const carriers = memoryCarriers();
    const { bus } = joined(carriers);
    for (let n = 0; n < 1300; n += 1) bus.publish('t', '中'.repeat(n % 700));
    bus.publish('t', '\0'.repeat(5000));
    await settled();
    const packets = carriers.calls.flat();
    expect(packets.length).toBeGreaterThan(100);
    for (const { text, bytes } of packets) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024);
      expect(bytes).toBe(Buffer.byteLength(text));
      expect(text).not.toContain('\0');
      expect(text).not.toContain('\u0003');
    }
  });

  it('sends again, later and later, what did not reach the server', async () => {
    const carriers = memoryCarriers();
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    const heard: string[] = [];
    await receiver.bus.subscribe('t', (text) => heard.push(text));
    carriers.outcomes.push('unreachable', 'unreachable', 'unreachable');
    sender.bus.publish('t', 'one');
    await settled();
    sender.bus.publish('t', 'two');
    expect(heard).toEqual([]);
    await sender.runtime.advance(50);
    await sender.runtime.advance(100);
    await sender.runtime.advance(200);
    expect(heard).toEqual(['one', 'two']);
    expect(carriers.calls).toHaveLength(4);
    expect(sender.logged()).toEqual([]);
  });

  it('drops what is refused, with a record, and goes on', async () => {
    const carriers = memoryCarriers();
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    const heard: string[] = [];
    await receiver.bus.subscribe('t', (text) => heard.push(text));
    carriers.outcomes.push('refused');
    sender.bus.publish('t', 'one');
    await settled();
    sender.bus.publish('t', 'two');
    await settled();
    expect(heard).toEqual(['two']);
    expect(sender.logged()).toEqual([{ loss: 'refused', count: 1 }]);
  });

  it('keeps 64 MiB during an outage, drops the oldest, and says so once in ten seconds', async () => {
    const carriers = memoryCarriers(1024 * 1024);
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    const heard: string[] = [];
    await receiver.bus.subscribe('t', (text) => heard.push(text.slice(0, 2)));
    carriers.outcomes.push('unreachable');
    sender.bus.publish('t', '00 on its way');
    await settled();
    const mebibyte = 'x'.repeat(1024 * 1024 - 200);
    for (let n = 10; n < 80; n += 1) sender.bus.publish('t', `${n}${mebibyte}`);
    expect(sender.logged()).toEqual([{ loss: 'queue-full', count: 2 }]);
    await sender.runtime.advance(100);
    expect(heard).toHaveLength(64);
    expect(heard[0]).toBe('16');
    expect(heard.at(-1)).toBe('79');
  });

  it('records at most once in ten seconds that a listener throws, with how often', async () => {
    const carriers = memoryCarriers();
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    await receiver.bus.subscribe('t', () => {
      throw new Error('oh');
    });
    for (let n = 0; n < 5; n += 1) sender.bus.publish('t', 'x');
    await settled();
    const first = { loss: 'listener-threw', count: 1, error: 'Error: oh' };
    expect(receiver.logged()).toEqual([first]);
    await receiver.runtime.advance(10_000);
    sender.bus.publish('t', 'x');
    await settled();
    expect(receiver.logged()).toEqual([first, { ...first, count: 5 }]);
  });

  it('drops what is too long and what has no topic, with a record', async () => {
    const carriers = memoryCarriers();
    const { bus, logged } = joined(carriers);
    bus.publish('t', 'é'.repeat(maxMessageBytes / 2 + 1));
    for (const topic of ['', 'a b', 'ä', 'x'.repeat(129)]) bus.publish(topic, 'x');
    await settled();
    expect(carriers.calls).toEqual([]);
    expect(logged()).toEqual([
      { loss: 'too-long', count: 1 },
      { loss: 'bad-topic', count: 1 },
    ]);
    await expect(bus.subscribe('a b', () => {})).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('passes over what it can not read', async () => {
    const carriers = memoryCarriers();
    const receiver = joined(carriers);
    const stranger = carriers.open(() => {});
    const heard: string[] = [];
    await receiver.bus.subscribe('t', (text) => heard.push(text));
    const sender = 'abcdefabcdef';
    const bad = ['', 'x', '\u0001', 'hello\u0001', `${sender}z1\u0001new`, `${sender}p1\u00010`];
    bad.push(`${sender}p1\u00015\u00015\u0001x`, `${sender}p1\u0001-1\u00015\u0001x`);
    bad.push(`${sender}p1\u00010\u0001zzzzzzzz\u0001x`, `${sender}p1\u0001\u0001\u0001x`);
    await stranger.send(bad.map((text) => ({ topic: 't', text, bytes: text.length })));
    expect(heard).toEqual([]);
    expect(receiver.logged()).toEqual([{ loss: 'unreadable', count: 1 }]);
    await stranger.send([{ topic: 't', text: `${sender}m1\u0001good`, bytes: 18 }]);
    expect(heard).toEqual(['good']);
  });

  it('rejects a subscription that is not in force within ten seconds', async () => {
    const carriers = memoryCarriers();
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    carriers.setListening(false);
    const heard: string[] = [];
    const refused = receiver.bus.subscribe('t', (text) => heard.push(text));
    await receiver.runtime.advance(9_999);
    const late = receiver.bus.subscribe('t', (text) => heard.push(`late ${text}`));
    const rejected = expect(refused).rejects.toMatchObject({ code: 'bus-unavailable' });
    await receiver.runtime.advance(1);
    await rejected;
    carriers.setListening(true);
    await late;
    sender.bus.publish('t', 'one');
    await settled();
    expect(heard).toEqual(['late one']);
  });

  it('lets what waits out when it closes, for a second, and then is no member any more', async () => {
    const carriers = memoryCarriers();
    const [sender, receiver] = [joined(carriers), joined(carriers)];
    const heard: string[] = [];
    await receiver.bus.subscribe('t', (text) => heard.push(text));
    sender.bus.publish('t', 'last words');
    await sender.close();
    expect(heard).toEqual(['last words']);
    const late = sender.bus.subscribe('t', () => {});
    await expect(late).rejects.toMatchObject({ code: 'bus-unavailable' });

    carriers.outcomes.push(...Array.from({ length: 20 }, () => 'unreachable' as const));
    receiver.bus.publish('t', 'into the void');
    const closed = receiver.close();
    await receiver.runtime.advance(1000);
    await closed;
    const calls = carriers.calls.length;
    await receiver.runtime.advance(60_000);
    expect(carriers.calls).toHaveLength(calls);
  });
});
