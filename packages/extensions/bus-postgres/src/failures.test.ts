import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { join, reaches } from './__fixtures__/members.ts';
import { openProxy, type ServerProxy } from './__fixtures__/proxy.ts';

let target: string;
let admin: ReturnType<typeof connectTo>;
let proxy: ServerProxy;

beforeAll(async () => {
  target = await freshDatabaseUrl();
  admin = connectTo({ url: target });
  proxy = await openProxy(target);
});
afterAll(async () => {
  proxy.close();
  await admin.end();
});
beforeEach(() => {
  proxy.setDown(false);
  proxy.setFrozen(false);
});

/** Two members, one on either side of the network that fails. */
async function pair<T>(
  work: (far: ReturnType<typeof join>, near: ReturnType<typeof join>) => Promise<T>,
): Promise<T> {
  const [far, near] = [join(proxy.url, { isFast: true }), join(target)];
  try {
    return await work(far, near);
  } finally {
    await Promise.all([far.close(), near.close()]);
  }
}

describe('a member whose connections are lost', () => {
  it('listens again to all that it did, and says so once', async () => {
    await pair(async (far, near) => {
      const heard: string[] = [];
      for (const topic of ['one', 'two']) {
        await far.bus.subscribe(topic, (text) => {
          if (text === 'hello') heard.push(topic);
        });
      }
      const late = await far.bus.subscribe('ended', (text) => heard.push(text));
      late();
      for (let round = 0; round < 3; round += 1) {
        const killed = await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'dispatch-bus'`;
        expect(killed.length).toBeGreaterThan(0);
        await reaches(near.bus, far.bus, 'one');
        await reaches(far.bus, near.bus, 'back');
      }
      near.bus.publish('ended', 'hello');
      near.bus.publish('one', 'hello');
      near.bus.publish('two', 'hello');
      await reaches(near.bus, far.bus, 'three');
      expect(new Set(heard)).toEqual(new Set(['one', 'two']));
    });
  });

  it('sends what was published in an outage when that is over', async () => {
    await pair(async (far, near) => {
      await reaches(far.bus, near.bus, 't');
      const heard: string[] = [];
      await near.bus.subscribe('t', (text) => heard.push(text));
      proxy.setDown(true);
      for (let n = 0; n < 100; n += 1) far.bus.publish('t', `message ${n}`);
      expect(heard).toEqual([]);
      proxy.setDown(false);
      await reaches(far.bus, near.bus, 't');
      expect(new Set(heard.filter((text) => text.startsWith('message'))).size).toBe(100);
    });
  });

  it('gives a connection up that does not answer any more', async () => {
    await pair(async (far, near) => {
      await far.bus.subscribe('standing', () => {});
      await reaches(far.bus, near.bus, 't');
      proxy.setFrozen(true);
      far.bus.publish('t', 'into the ice');
      // It asks every ten seconds, and waits as long for the answer; of its time, which is fast.
      while (!far.logged().includes('The bus can not listen.')) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      proxy.setFrozen(false);
      await reaches(near.bus, far.bus, 'standing');
      await reaches(far.bus, near.bus, 't');
      expect(far.logged().slice(0, 2)).toEqual([
        'The bus can not listen.',
        'The bus listens again.',
      ]);
    });
  });

  it('rejects a subscription after ten seconds, and takes one when the server is back', async () => {
    proxy.setDown(true);
    await pair(async (far, near) => {
      const refused = far.bus.subscribe('t', () => {});
      await expect(refused).rejects.toMatchObject({ code: 'bus-unavailable' });
      expect(() => far.bus.publish('t', 'x')).not.toThrow();
      proxy.setDown(false);
      await reaches(near.bus, far.bus, 't');
    });
  });
});

describe('a database of another encoding', () => {
  it('refuses what it can not hold, and the bus goes on', async () => {
    const name = `${new URL(target).pathname.slice(1)}_latin`;
    await admin.unsafe(`create database ${name} template template0 encoding 'LATIN1' locale 'C'`);
    const url = new URL(target);
    url.pathname = `/${name}`;
    const [sender, receiver] = [join(url.href), join(url.href)];
    await reaches(sender.bus, receiver.bus, 't');
    const heard: string[] = [];
    await receiver.bus.subscribe('content', (text) => heard.push(text));
    sender.bus.publish('content', '中');
    await reaches(sender.bus, receiver.bus, 'settled');
    sender.bus.publish('content', 'café');
    await reaches(sender.bus, receiver.bus, 'settled');
    expect(heard).toEqual(['café']);
    const losses = sender.records.flatMap((record) =>
      record.type === 'log' ? [record.attributes.loss] : [],
    );
    expect(losses).toEqual(['refused']);
    await Promise.all([sender.close(), receiver.close()]);
    await admin.unsafe(`drop database ${name} with (force)`);
  });
});
