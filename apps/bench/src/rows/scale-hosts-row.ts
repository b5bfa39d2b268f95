import { cpus } from 'node:os';
import { measureInChild } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { type Cluster, type ClusterCpu, usedSince, withCluster } from '../scale/cluster.ts';
import { figure, formatSpread } from '../scale/figure.ts';
import type { LoadCost, LoadOptions } from '../scale/load.ts';
import { pacedScript } from '../scale/script.ts';
import { format, median } from '../statistics.ts';

const name = 'scale-hosts';

const loads = {
  turns: { conversations: 4000, turnsEach: 1, inFlight: 64, message: 'Hello' },
  streams: { conversations: 64, turnsEach: 1, inFlight: 32, message: pacedScript(2000, 0) },
} as const;

type Load = keyof typeof loads;

interface Sample {
  readonly cost: LoadCost;
  readonly used: ClusterCpu;
}

/** Each load twice, the first time to warm. */
async function run({ urls, cpu }: Cluster, load: Load): Promise<Sample> {
  const ask = (prefix: string) =>
    measureInChild<LoadCost>('load', {
      urls,
      name: `${prefix}-${load}`,
      ...loads[load],
    } satisfies LoadOptions);
  await ask('warm');
  const before = cpu();
  const cost = await ask('measured');
  return { cost, used: usedSince(before, cpu()) };
}

const counts = [1, 3] as const;

export const scaleHosts: Row = {
  name,
  what: 'three hosts on one PostgreSQL, beside one',
  repetitions: 3,
  async measure(repetitions, tell) {
    const found: Record<Load, Record<1 | 3, Sample[]>> = {
      turns: { 1: [], 3: [] },
      streams: { 1: [], 3: [] },
    };
    for (let round = 0; round < repetitions; round += 1) {
      for (const count of counts) {
        tell(`${round + 1} of ${repetitions}, ${count} of them`);
        await withCluster(count, async (cluster) => {
          found.turns[count].push(await run(cluster, 'turns'));
          found.streams[count].push(await run(cluster, 'streams'));
        });
      }
    }
    return {
      samples: found,
      results: [
        ...describe('short turns', found.turns, 'turn', ({ turns }) => turns),
        ...describe('streams without a pace', found.streams, 'delta', ({ deltas }) => deltas),
      ],
    };
  },
};

function describe(
  load: string,
  found: Record<1 | 3, Sample[]>,
  unit: string,
  unitsOf: (cost: LoadCost) => number,
): Result[] {
  const of = (count: 1 | 3, read: (sample: Sample, units: number) => number) =>
    median(found[count].map((sample) => read(sample, unitsOf(sample.cost))));
  const both = (what: string, tell: (count: 1 | 3) => string): Result =>
    figure(name, `${load}: ${what}`, tell(3), `one host: ${tell(1)}`);
  const share = (read: (sample: Sample) => number) => (count: 1 | 3) =>
    of(count, (sample, units) => (read(sample) * 1000) / units);
  const hosts = share(({ used }) => used.hostsMs);
  const postgres = share(({ used }) => used.postgresMs);
  const clients = share(({ cost }) => cost.cpuMs);
  const turnMs = (count: 1 | 3) => {
    const spreads = found[count].map(({ cost }) => cost.turnMs);
    return formatSpread({
      p50: median(spreads.map(({ p50 }) => p50)),
      p99: median(spreads.map(({ p99 }) => p99)),
      max: median(spreads.map(({ max }) => max)),
    });
  };
  return [
    both(`${unit}s a second`, (count) =>
      format(of(count, ({ cost }, units) => (units * 1000) / cost.wallMs)),
    ),
    both('a turn, from asking to its seal (p50, p99, max)', turnMs),
    both(
      `CPU of a ${unit}: hosts, PostgreSQL, clients`,
      (count) =>
        `${format(hosts(count))}, ${format(postgres(count))}, ${format(clients(count))} us`,
    ),
    both(`${cpus().length} cores in use`, (count) =>
      format(
        of(count, ({ cost, used }) => (used.hostsMs + used.postgresMs + cost.cpuMs) / cost.wallMs),
      ),
    ),
  ];
}
