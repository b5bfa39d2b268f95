import {
  busConformance,
  extensionConformance,
  fakeExtensionContext,
  virtualRuntime,
} from '@dispatch/conformance';
import type { Bus, Runtime } from '@dispatch/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { hasNatsServer, type NatsServer, natsServer } from './__fixtures__/nats-server.ts';
import { createBusNats } from './bus-nats.ts';
import { openBus } from './open-bus.ts';
import { type BusNatsOptions, parseOptions } from './options.ts';

let seed = 0;

/** Goes with the test, also where that fails. */
async function serverOfTest(config?: string): Promise<NatsServer> {
  const server = await natsServer(config);
  onTestFinished(() => server.stop());
  return server;
}

/** A member that keeps what it logs, and whose time may pass faster. */
function join(url: string, options: Partial<BusNatsOptions> = {}, speed = 1) {
  seed += 1;
  const { randomHex } = virtualRuntime({ seed });
  const runtime = realTimeRuntime();
  const sleep: Runtime['sleep'] = (ms, signal) => runtime.sleep(ms / speed, signal);
  const context = fakeExtensionContext({ runtime: { ...runtime, randomHex, sleep } });
  const opened = openBus({ ...context, servers: [url], prefix: 'dispatch', ...options });
  const logged = () =>
    context.records.flatMap((record) => (record.type === 'log' ? [record.message] : []));
  return { ...opened, logged, records: context.records };
}

let asked = 0;

/** Resolves when what one says reaches the other, however often that has to be tried. */
async function reaches(one: Bus, other: Bus, topic: string): Promise<void> {
  // Its own words each time: what was asked before may be on its way still.
  asked += 1;
  const question = `are you there, for the ${asked}. time?`;
  let isHeard = false;
  const unsubscribe = await other.subscribe(topic, (text) => {
    if (text === question) isHeard = true;
  });
  while (!isHeard) {
    one.publish(topic, question);
    await realTimeRuntime().sleep(10);
  }
  unsubscribe();
}

const nowhere = 'nats://127.0.0.1:1';

extensionConformance('bus-nats', createBusNats(), () => ({ options: { servers: [nowhere] } }));

describe('the options', () => {
  it('are refused by name, without secrets', () => {
    const servers = [nowhere];
    expect(parseOptions({ servers })).toEqual({ servers, prefix: 'dispatch' });
    const bad: [string, unknown][] = [
      ['servers', undefined],
      ['servers', { servers: [] }],
      ['servers', { servers: ['nats://user:secret-word@nats:4222'] }],
      ['servers', { servers: ['nats://secret-word@nats:4222'] }],
      ['servers', { servers: ['http://nats:4222'] }],
      ['prefix', { servers, prefix: 'a.b' }],
      ['token', { servers, token: 'secret-word', user: 'u', password: 'secret-word' }],
      ['password', { servers, user: 'u' }],
      ['password', { servers, password: 'secret-word' }],
    ];
    for (const [name, options] of bad) {
      expect(() => parseOptions(options)).toThrow(name);
      expect(() => parseOptions(options)).not.toThrow('secret-word');
    }
  });
});

describe('a server that is not there', () => {
  it('stops neither the start nor the end, and is told once', async () => {
    const { bus, close, logged } = join(nowhere);
    bus.publish('t', 'x');
    while (logged().length === 0) await realTimeRuntime().sleep(10);
    await close();
    expect(logged()).toEqual(['The bus is not connected.']);
  });
});

describe.skipIf(!hasNatsServer)('on a real nats-server', () => {
  busConformance('bus-nats', async () => {
    const server = await natsServer();
    const members = [join(server.url), join(server.url), join(server.url)] as const;
    return {
      members: [members[0].bus, members[1].bus, members[2].bus],
      dispose: async () => {
        await Promise.all(members.map(({ close }) => close()));
        await server.stop();
      },
    };
  });

  it('finds its server again, listens to what it did, and says so once', async () => {
    const server = await serverOfTest();
    const [one, two] = [join(server.url), join(server.url)];
    const heard = new Set<string>();
    await two.bus.subscribe('t', (text) => heard.add(text));
    await reaches(one.bus, two.bus, 'before');
    for (const round of [1, 2]) {
      await server.stop();
      while (!one.logged().at(-1)?.includes('not connected')) await realTimeRuntime().sleep(10);
      one.bus.publish('t', 'while there is no server');
      await server.start();
      await reaches(one.bus, two.bus, `after/${round}`);
      one.bus.publish('t', `hello ${round}`);
      while (!heard.has(`hello ${round}`)) await realTimeRuntime().sleep(10);
    }
    const outage = ['The bus is not connected.', 'The bus is connected again.'];
    expect(one.logged()).toEqual([...outage, ...outage]);
    await Promise.all([one.close(), two.close()]);
  });

  it('joins a server that starts after it', async () => {
    const server = await serverOfTest();
    await server.stop();
    const [one, two] = [join(server.url), join(server.url)];
    const subscribed = two.bus.subscribe('t', () => {});
    await server.start();
    await subscribed;
    await reaches(one.bus, two.bus, 't');
    await Promise.all([one.close(), two.close()]);
  });

  it('keeps systems of different prefixes apart, and topics within them', async () => {
    const server = await serverOfTest();
    const [one, two, other] = [
      join(server.url),
      join(server.url),
      join(server.url, { prefix: 'other' }),
    ];
    const heard: string[] = [];
    await other.bus.subscribe('t', (text) => heard.push(text));
    await reaches(one.bus, two.bus, 't');
    await reaches(two.bus, one.bus, 't');
    expect(heard).toEqual([]);
    await Promise.all([one.close(), two.close(), other.close()]);
  });

  it('cuts to what the server takes at most', async () => {
    const server = await serverOfTest('max_payload: 2048');
    const [one, two] = [join(server.url), join(server.url)];
    await reaches(one.bus, two.bus, 't');
    const text = 'é'.repeat(100_000);
    const heard = new Promise((resolve) => {
      void two.bus.subscribe('long', resolve).then(() => one.bus.publish('long', text));
    });
    expect((await heard) === text).toBe(true);
    expect(one.logged()).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  it('is let in by a token or a password, and tells neither when it is not', async () => {
    for (const [authorization, options] of [
      ['token: "secret-word"', { token: 'secret-word' }],
      ['user: "u", password: "secret-word"', { user: 'u', password: 'secret-word' }],
    ] as const) {
      const server = await serverOfTest(`authorization { ${authorization} }`);
      const [one, two] = [join(server.url, options), join(server.url, options)];
      await reaches(one.bus, two.bus, 't');
      const wrong = join(server.url, { token: 'wrong-word' });
      while (wrong.logged().length === 0) await realTimeRuntime().sleep(10);
      expect(JSON.stringify(wrong.records)).toMatch(/authorization/i);
      expect(JSON.stringify(wrong.records)).not.toContain('wrong-word');
      await Promise.all([one.close(), two.close(), wrong.close()]);
    }
  });

  it('rejects a subscription that the server does not allow', async () => {
    const permissions = 'permissions: { subscribe: "dispatch.allowed", publish: "dispatch.>" }';
    const user = `{ user: "u", password: "p", ${permissions} }`;
    const server = await serverOfTest(`authorization { users: [${user}] }`);
    const [one, two] = [0, 1].map(() => join(server.url, { user: 'u', password: 'p' }, 10));
    if (!one || !two) throw new Error('There are two members.');
    await reaches(one.bus, two.bus, 'allowed');
    const refused = two.bus.subscribe('t', () => {});
    await expect(refused).rejects.toMatchObject({ code: 'bus-unavailable' });
    expect(two.logged()).toContain('The server of the bus refuses something.');
    await Promise.all([one.close(), two.close()]);
  });
});
