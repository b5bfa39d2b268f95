import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { countCommits, usedSince, withCluster } from '../scale/cluster.ts';
import { figure } from '../scale/figure.ts';
import { format, median } from '../statistics.ts';

const name = 'scale-idle';
const idleMs = 60_000;
const settleMs = 5000;

interface Sample {
  /** In a minute, of one host. */
  readonly hostMs: number;
  readonly postgresMs: number;
  readonly commits: number;
}

async function measureIdle(count: number): Promise<Sample> {
  return withCluster(count, async ({ sql, cpu }) => {
    await sleep(settleMs);
    const commitsBefore = await countCommits(sql);
    const startedAt = performance.now();
    const before = cpu();
    await sleep(idleMs);
    const { hostsMs, postgresMs } = usedSince(before, cpu());
    const commits = (await countCommits(sql)) - commitsBefore;
    const minutes = (performance.now() - startedAt) / 60_000;
    const perHost = 1 / count;
    return {
      hostMs: (hostsMs * perHost * 60_000) / idleMs,
      postgresMs: (postgresMs * perHost * 60_000) / idleMs,
      commits: (commits * perHost) / minutes,
    };
  });
}

export const scaleIdle: Row = {
  name,
  what: 'three hosts that do nothing, beside one: leases and signs of life',
  repetitions: 1,
  async measure(repetitions, tell) {
    const found: Record<1 | 3, Sample[]> = { 1: [], 3: [] };
    for (let round = 0; round < repetitions; round += 1) {
      for (const count of [1, 3] as const) {
        tell(`${round + 1} of ${repetitions}, ${count} of them`);
        found[count].push(await measureIdle(count));
      }
    }
    const of = (count: 1 | 3, key: keyof Sample) =>
      format(median(found[count].map((sample) => sample[key])));
    const told = (what: string, key: keyof Sample, unit: string) =>
      figure(name, what, `${of(3, key)}${unit}`, `one host: ${of(1, key)}${unit}`);
    return {
      samples: found,
      results: [
        told('CPU of each host in a minute', 'hostMs', ' ms'),
        told('CPU of PostgreSQL for each in a minute', 'postgresMs', ' ms'),
        told('transactions for each in a minute, those of who listens included', 'commits', ''),
      ],
    };
  },
};
