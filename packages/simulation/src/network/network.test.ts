import { expect, test } from 'vitest';
import { Incarnation } from '../host/incarnation.ts';
import { silentTrace } from '../world/trace.ts';
import { drawWeather, type Weather } from '../world/weather.ts';
import { World } from '../world/world.ts';
import { Incoming } from './exchange.ts';
import type { HostServer } from './host-server.ts';
import { Network } from './network.ts';
import { Pipe } from './pipe.ts';
import type { ServerResponse } from './server-response.ts';

/** A network to one host, which serves as it is told to. */
function connected(serve: (response: ServerResponse) => void, weather: Partial<Weather> = {}) {
  const world = new World(1, silentTrace);
  const calm = { networkMs: 10, networkCuts: 0, slowReaders: 0 };
  const network = new Network(world, { ...drawWeather(world), ...calm, ...weather });
  const incarnation = new Incarnation('a.1', (run) => world.after(0, run));
  // The one method of a server that a request touches.
  const server = {
    serve: async (_: unknown, response: ServerResponse) => serve(response),
  } as HostServer;
  const request = () =>
    network.request(
      { name: 'a', reach: () => ({ incarnation, server }) },
      { method: 'GET', path: '/' },
    );
  const run = () => world.timeline.run(() => false, Number.POSITIVE_INFINITY);
  return { world, incarnation, request, run };
}

function writeLines(count: number) {
  return (response: ServerResponse) => {
    response.writeHead(200, { kind: 'lines' });
    for (let line = 0; line < count; line += 1) response.write(`line ${line}\n`);
    response.end();
  };
}

test('a pipe brings everything in order, though each piece takes its own time', async () => {
  const world = new World(1, silentTrace);
  const out: number[] = [];
  const pipe = new Pipe<number>(world, 50, (item) => out.push(item));
  const items = Array.from({ length: 100 }, (_, index) => index);
  for (const item of items) {
    pipe.push(item);
    await world.timeline.run(() => false, world.now() + 3);
  }
  await world.timeline.run(() => false, Number.POSITIVE_INFINITY);
  expect(out).toEqual(items);
});

test('a stream comes whole, line by line', async () => {
  const { request, run } = connected(writeLines(3));
  const exchange = request();
  await run();
  expect(await exchange.head).toMatchObject({ status: 200, headers: { kind: 'lines' } });
  const lines = [await exchange.nextLine(), await exchange.nextLine(), await exchange.nextLine()];
  expect(lines).toEqual(['line 0', 'line 1', 'line 2']);
  expect(await exchange.nextLine()).toBeUndefined();
});

test('a connection that breaks hands out whole lines alone, and the host hears of it', async () => {
  const responses: ServerResponse[] = [];
  const { world, request, run } = connected(
    (response) => {
      responses.push(response);
      response.writeHead(200, {});
      for (let line = 0; line < 1000; line += 1) response.write(`line ${line}\n`);
    },
    { networkCuts: 1 },
  );
  const exchange = request();
  await run();
  const lines: (string | undefined)[] = [];
  for (;;) {
    const line = await exchange.nextLine();
    if (line === undefined) break;
    lines.push(line);
  }
  expect(lines.length).toBeLessThan(1000);
  expect(lines).toEqual(lines.map((_, index) => `line ${index}`));
  expect(await exchange.text()).toBeUndefined();
  expect(responses.map(({ destroyed }) => destroyed)).toEqual([true]);
  expect(world.faults.get('connection cut')).toBe(1);
});

test('a host that dies leaves its clients with what was on the way, and no more', async () => {
  const { world, incarnation, request, run } = connected((response) => {
    response.writeHead(200, {});
    response.write('before\n');
    world.after(20, () => response.write('after\n'));
  });
  const exchange = request();
  world.after(15, () => incarnation.kill());
  await run();
  expect(await exchange.nextLine()).toBe('before');
  expect(await exchange.nextLine()).toBeUndefined();
});

test('a reader that does not take what was written makes the writer wait', async () => {
  const writes: boolean[] = [];
  let drains = 0;
  const { request, run } = connected(
    (response) => {
      response.writeHead(200, {});
      for (let left = 5; left > 0; left -= 1) writes.push(response.write('x'.repeat(200)));
      response.once('drain', () => {
        drains += 1;
      });
    },
    { slowReaders: 1 },
  );
  request();
  await run();
  expect(writes).toContain(false);
  expect(writes.lastIndexOf(true)).toBeLessThan(writes.indexOf(false));
  expect(drains).toBe(1);
});

test('who goes away hears nothing more', async () => {
  let left = 0;
  const incoming = new Incoming(() => {
    left += 1;
  });
  incoming.take('half a li');
  incoming.close();
  incoming.close();
  incoming.take('ne\n');
  expect(await incoming.nextLine()).toBeUndefined();
  expect(await incoming.head).toBeUndefined();
  expect(left).toBe(1);
});
