import { type Carrier, createBus, type Packet } from '@dispatch/bus';
import { fakeExtensionContext } from '@dispatch/conformance';
import { beforeAll, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { join, memberRuntime } from './__fixtures__/members.ts';
import { openCarrier } from './carrier.ts';
import { channelOf } from './channel.ts';

let url: string;

beforeAll(async () => {
  url = await freshDatabaseUrl();
});

/** A member that also keeps what each statement carried. */
function counted() {
  const context = fakeExtensionContext({ runtime: memberRuntime(false) });
  const statements: (readonly Packet[])[] = [];
  const opened = createBus({
    ...context,
    openCarrier(receive): Carrier {
      const carrier = openCarrier({ ...context, receive, database: { url, isPrivate: false } });
      return {
        ...carrier,
        send(packets) {
          statements.push(packets);
          return carrier.send(packets);
        },
      };
    },
  });
  return { ...opened, statements };
}

/** Resolves with the texts, when so many different ones have come. */
async function collect(bus: ReturnType<typeof join>['bus'], topics: readonly string[]) {
  const heard = new Set<string>();
  let check = () => {};
  for (const topic of topics) {
    await bus.subscribe(topic, (text) => {
      heard.add(text);
      check();
    });
  }
  return (count: number) =>
    new Promise<Set<string>>((resolve) => {
      check = () => {
        if (heard.size >= count) resolve(heard);
      };
      check();
    });
}

it('sends what comes while a statement is under way in the next one', async () => {
  const [sender, receiver] = [counted(), join(url)];
  const heard = await collect(receiver.bus, ['t']);
  for (let burst = 0; burst < 100; burst += 1) {
    for (let n = 0; n < 50; n += 1) sender.bus.publish('t', `message ${n} of burst ${burst}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await heard(5000);
  // A burst is one turn of the event loop, and a statement takes several.
  expect(sender.statements.length).toBeLessThan(100);
  const packets = sender.statements.flat();
  expect(packets.length).toBeLessThan(150);
  for (const { bytes } of packets) expect(bytes).toBeLessThan(8000);
  await Promise.all([sender.close(), receiver.close()]);
});

it('sends one message at once, in a statement of its own', async () => {
  const [sender, receiver] = [counted(), join(url)];
  const heard = await collect(receiver.bus, ['t']);
  for (let n = 1; n <= 10; n += 1) {
    sender.bus.publish('t', `message ${n}`);
    await heard(n);
  }
  expect(sender.statements.map((packets) => packets.length)).toEqual(Array(10).fill(1));
  await Promise.all([sender.close(), receiver.close()]);
});

it('passes texts of every length around that of a payload', async () => {
  const [sender, receiver] = [join(url), join(url)];
  const heard = await collect(receiver.bus, ['t']);
  const texts: string[] = [];
  for (let length = 7900; length <= 8010; length += 1) {
    texts.push('x'.repeat(length), `${'x'.repeat(length % 3)}${'中'.repeat(length / 3)}`);
  }
  for (const text of texts) sender.bus.publish('t', text);
  const received = await heard(new Set(texts).size);
  expect(texts.every((text) => received.has(text))).toBe(true);
  await Promise.all([sender.close(), receiver.close()]);
});

it('listens to thousands of topics', async () => {
  const [sender, receiver] = [join(url), join(url)];
  const topics = Array.from({ length: 2500 }, (_, n) => `conversation/${n}`);
  let heard = 0;
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const ends = await Promise.all(
    topics.map((topic) =>
      receiver.bus.subscribe(topic, (text) => {
        if (text === topic) heard += 1;
        if (heard === topics.length) done();
      }),
    ),
  );
  for (const topic of topics) sender.bus.publish(topic, topic);
  await all;
  for (const end of ends) end();
  await Promise.all([sender.close(), receiver.close()]);
});

it('gives each topic a channel of its own that fits an identifier', () => {
  const long = 'x'.repeat(127);
  const topics = ['t', 'T', 'a.b', 'a/b', 'y'.repeat(54), 'y'.repeat(55), `${long}1`, `${long}2`];
  const channels = topics.map(channelOf);
  expect(new Set(channels).size).toBe(topics.length);
  for (const channel of channels) expect(Buffer.byteLength(channel)).toBeLessThanOrEqual(63);
});
