import { randomUUID } from 'node:crypto';
import { createServer, connect as dial, type Socket } from 'node:net';
import { fakeExtensionContext } from '@dispatch/conformance';
import { afterEach, expect, test, vi } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { type OpenedJobs, openJobs } from './jobs.ts';

const opened: OpenedJobs[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

function open(url: string) {
  const { logger, records } = fakeExtensionContext();
  const one = openJobs({
    database: { url, isPrivate: true },
    // The ids of a seed would be the same on every host.
    runtime: { ...realTimeRuntime(), newId: randomUUID },
    logger,
    maxConnections: 1,
    pollMs: 500,
    startDelayMs: 0,
  });
  opened.push(one);
  return { ...one, records };
}

/** A way to the server that can be cut. */
async function openDetour(target: URL) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = dial(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    setCut(cut: boolean) {
      isCut = cut;
      if (cut) for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}

test('twenty hosts may start at once on an empty database', async () => {
  const url = await freshDatabaseUrl();
  const hosts = Array.from({ length: 20 }, () => open(url));
  const ran: unknown[] = [];
  for (const { jobs } of hosts) {
    jobs.define({
      name: 'count',
      cron: '0 0 1 1 *',
      run: async ({ payload }) => void ran.push(payload),
    });
  }
  const sent = await Promise.all(
    hosts.map(({ jobs }, index) => jobs.send({ name: 'count', payload: index })),
  );
  expect(sent).toEqual(hosts.map(() => true));
  await vi.waitFor(() => expect(ran).toHaveLength(20), { timeout: 20_000, interval: 50 });
  expect(new Set(ran).size).toBe(20);
  expect(hosts.flatMap(({ records }) => records)).toEqual([]);

  const sql = connectTo({ url });
  const schedules = await sql.unsafe('select name, cron, timezone from dispatch_jobs.schedule');
  const connections = await sql.unsafe(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and application_name = 'dispatch-jobs'`,
  );
  await sql.end();
  expect([...schedules]).toEqual([{ name: 'count', cron: '0 0 1 1 *', timezone: 'UTC' }]);
  expect(connections[0]?.count).toBeLessThanOrEqual(20);
}, 60_000);

test('a database that goes away harms nobody, and jobs go on when it is back', async () => {
  const detour = await openDetour(new URL(await freshDatabaseUrl()));
  const { jobs, records } = open(detour.url);
  const ran: unknown[] = [];
  jobs.define({ name: 'note', run: async ({ payload }) => void ran.push(payload) });
  expect(await jobs.send({ name: 'note', payload: 'before' })).toBe(true);
  await vi.waitFor(() => expect(ran).toEqual(['before']), { timeout: 15_000, interval: 50 });

  detour.setCut(true);
  await expect(jobs.send({ name: 'note', payload: 'lost' })).rejects.toMatchObject({
    code: 'jobs-unavailable',
  });
  await vi.waitFor(() => expect(records.length).toBeGreaterThan(0), { timeout: 15_000 });
  expect(records[0]).toMatchObject({ type: 'log', level: 'warn' });

  detour.setCut(false);
  expect(await jobs.send({ name: 'note', payload: 'after' })).toBe(true);
  await vi.waitFor(() => expect(ran).toEqual(['before', 'after']), { timeout: 15_000 });
  expect(records.length).toBeLessThanOrEqual(2);
  detour.close();
}, 60_000);

test('a host whose database is away starts, stops, and says why it does not work', async () => {
  const { jobs, close, records } = open('postgres://127.0.0.1:1/nothing');
  jobs.define({ name: 'note', cron: '* * * * *', run: async () => {} });
  await vi.waitFor(() => expect(records).toHaveLength(1), { timeout: 15_000 });
  const sending = expect(jobs.send({ name: 'note' })).rejects.toMatchObject({ code: 'stopping' });
  await close();
  await sending;
  expect(records).toHaveLength(1);
}, 60_000);
