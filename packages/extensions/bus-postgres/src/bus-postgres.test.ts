import { busConformance, extensionConformance, fakeExtensionContext } from '@dispatch/conformance';
import type { Bus } from '@dispatch/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { join } from './__fixtures__/members.ts';
import { openProxy } from './__fixtures__/proxy.ts';
import { createBusPostgres } from './bus-postgres.ts';
import { parseOptions } from './options.ts';

/** Where nobody answers. */
const nowhere = { url: 'postgres://nobody@127.0.0.1:1/nowhere', isPrivate: false };
let url: string;

beforeAll(async () => {
  url = await freshDatabaseUrl();
});

busConformance('bus-postgres', async () => {
  const members = [0, 1, 2].map(() => join(url));
  const [one, two, three] = members;
  if (!one || !two || !three) throw new Error('There are three members.');
  return {
    members: [one.bus, two.bus, three.bus],
    dispose: async () => {
      await Promise.all(members.map(({ close }) => close()));
    },
  };
});

extensionConformance('bus-postgres', createBusPostgres(), () => ({
  needed: { database: nowhere },
}));

describe('a database that nobody else can reach', () => {
  it('is not connected to, and whoever subscribes hears nothing', async () => {
    const proxy = await openProxy(url);
    const { bus, close } = join(proxy.url, { isPrivate: true });
    const heard: string[] = [];
    const unsubscribe = await bus.subscribe('t', (text) => heard.push(text));
    bus.publish('t', 'hello');
    unsubscribe();
    await close();
    expect(proxy.connections()).toBe(0);
    expect(heard).toEqual([]);
    proxy.close();
  });
});

describe('a member', () => {
  it('opens one connection with its first message, and one with its first subscription', async () => {
    const proxy = await openProxy(url);
    const [sender, receiver] = [join(proxy.url), join(proxy.url)];
    expect(proxy.connections()).toBe(0);
    const heard = new Promise((resolve) => {
      void receiver.bus.subscribe('t', resolve).then(() => {
        expect(proxy.connections()).toBe(1);
        sender.bus.publish('t', 'hello');
      });
    });
    expect(await heard).toBe('hello');
    await receiver.bus.subscribe('other', () => {});
    expect(proxy.connections()).toBe(2);
    await Promise.all([sender.close(), receiver.close()]);
    proxy.close();
  });

  it('connects to the `url` of its options where there is one', async () => {
    const proxy = await openProxy(url);
    const needed = { database: nowhere };
    const options = { url: proxy.url };
    const running = await createBusPostgres().setup(fakeExtensionContext(), needed, options);
    // The suite above sees to it that there is one.
    const { bus } = running.contributes as { bus: Bus };
    bus.publish('t', 'hello');
    await running.dispose?.();
    expect(proxy.connections()).toBe(1);
    proxy.close();
  });
});

describe('the options', () => {
  it('are refused by name, without the password', () => {
    expect(parseOptions(undefined)).toEqual({});
    for (const url of ['mysql://user:secret-word@db/x', 'secret-word', '']) {
      expect(() => parseOptions({ url })).toThrow(/url/);
      expect(() => parseOptions({ url })).not.toThrow(/secret-word/);
    }
  });
});
