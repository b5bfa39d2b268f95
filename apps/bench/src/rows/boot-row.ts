import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import { residentMib, root, startServer } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { format, median, spread } from '../statistics.ts';

const bundle = join(root, 'apps/host-bin/dist/main.js');

/** By then work in the background has begun, which brings a library of its own. */
const restsAfterMs = 7000;

/** From the start of `node` to the ready line, and what the process holds at rest. */
async function bootOnce(dataDir: string, database?: string) {
  const environment = database === undefined ? {} : { DATABASE_URL: database };
  const host = await startServer([bundle, '--port', '0', '--data', dataDir], { environment });
  if (database === undefined) await sleep(restsAfterMs);
  const restMib = residentMib(host.pid);
  await host.stop();
  return { readyMs: host.readyMs, restMib };
}

function emptyNode(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}

export const boot: Row = {
  name: 'boot',
  what: 'start of the host, with a data folder of before',
  async measure(repetitions, tell) {
    const dataDir = temporaryDataDir(tmpdir());
    const other = temporaryDataDir(tmpdir());
    const serverDir = temporaryDataDir(tmpdir());
    const samples = {
      embedded: [] as number[],
      own: [] as number[],
      empty: [] as number[],
      restMib: [] as number[],
    };
    const server = await startPostgres({ dataDir: serverDir, sleep, isLoopback: true });
    try {
      await bootOnce(dataDir);
      await bootOnce(other, server.database.url);
      for (let round = 0; round < repetitions; round += 1) {
        tell(`${round + 1} of ${repetitions}`);
        const embedded = await bootOnce(dataDir);
        samples.embedded.push(embedded.readyMs);
        samples.restMib.push(embedded.restMib);
        samples.own.push((await bootOnce(other, server.database.url)).readyMs);
        samples.empty.push(emptyNode());
      }
    } finally {
      await server.stop();
      for (const folder of [dataDir, other, serverDir])
        rmSync(folder, { recursive: true, force: true });
    }
    const own = median(samples.own) - median(samples.empty);
    const figure = (
      name: string,
      ours: string,
      value: number,
      unit: string,
      atMost: number,
    ): Result => ({
      row: 'boot',
      figure: name,
      ours,
      floor: `empty node ${format(median(samples.empty))} ms`,
      value: `${format(value)} ${unit}`,
      bar: `at most ${format(atMost)} ${unit}`,
      isMet: value <= atMost,
    });
    const { embedded, restMib } = samples;
    return {
      samples,
      results: [
        figure('ready', `${spread(embedded)} ms`, median(embedded), 'ms', 1500),
        figure(
          'our own imports and wiring (database up, less an empty node)',
          `${spread(samples.own)} ms`,
          own,
          'ms',
          250,
        ),
        figure(
          'memory of the process at rest',
          `${spread(restMib)} MiB`,
          median(restMib),
          'MiB',
          120,
        ),
      ],
    };
  },
};
