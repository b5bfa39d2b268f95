import { setTimeout as sleep } from 'node:timers/promises';
import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import { type Cluster, countCommits, usedSince, withCluster } from '../scale/cluster.ts';
import { figure, formatSpread } from '../scale/figure.ts';
import type { FollowedCost, FollowedOptions } from '../scale/followed.ts';
import type { Spread } from '../scale/lateness.ts';
import { format, median } from '../statistics.ts';

const name = 'scale-bus';
/** 100 answers at the pace of a fast model, for five seconds. */
const streams = { turns: 100, deltas: 250, delayMs: 20 } as const;

interface Sample {
  readonly events: number;
  readonly bytesPerEvent: number;
  readonly hostsUs: number;
  readonly postgresUs: number;
  readonly commits: number;
}

export const scaleBus: Row = {
  name,
  what: 'a turn that is followed on another host, beside on its own',
  repetitions: 3,
  async measure(repetitions, tell) {
    const own: Sample[] = [];
    const other: Sample[] = [];
    const added: Spread[] = [];
    let packets = { perEvent: 0, bytes: 0 };
    await withCluster(2, async (cluster) => {
      const [startAt = '', elsewhere = ''] = cluster.urls;
      const run = (label: string, followAt: readonly string[]) =>
        measureInChild<FollowedCost>('followed', {
          startAt,
          followAt,
          name: label,
          ...streams,
        } satisfies FollowedOptions);
      await run('warm', [startAt, elsewhere]);
      for (let round = 0; round < repetitions; round += 1) {
        tell(`${round + 1} of ${repetitions}`);
        own.push(await sampleOf(cluster, () => run(`own-${round}`, [startAt])));
        other.push(await sampleOf(cluster, () => run(`other-${round}`, [elsewhere])));
        const { added: later } = await run(`both-${round}`, [startAt, elsewhere]);
        if (later !== undefined) added.push(later);
      }
      packets = await countPackets(cluster, () => run('packets', [elsewhere]));
    });
    const of = (samples: readonly Sample[], key: keyof Sample) =>
      median(samples.map((sample) => sample[key]));
    const beside = (key: keyof Sample) => `on its own: ${format(of(own, key))} us`;
    const statements = (of(other, 'commits') - of(own, 'commits')) / of(other, 'events');
    return {
      samples: { own, other, added, packets },
      results: [
        figure(
          name,
          'CPU of an event: hosts',
          `${format(of(other, 'hostsUs'))} us`,
          beside('hostsUs'),
        ),
        figure(
          name,
          'CPU of an event: PostgreSQL',
          `${format(of(other, 'postgresUs'))} us`,
          beside('postgresUs'),
        ),
        figure(name, 'statements of the bus for an event', format(statements)),
        figure(
          name,
          'packets for an event, and their size',
          `${format(packets.perEvent)}, ${format(packets.bytes)} bytes (an event has ${format(of(other, 'bytesPerEvent'))})`,
        ),
        figure(
          name,
          'an event comes later (p50, p99, max)',
          formatSpread({
            p50: median(added.map(({ p50 }) => p50)),
            p99: median(added.map(({ p99 }) => p99)),
            max: median(added.map(({ max }) => max)),
          }),
        ),
      ],
    };
  },
};

async function sampleOf({ sql, cpu }: Cluster, run: () => Promise<FollowedCost>): Promise<Sample> {
  const commitsBefore = await countCommits(sql);
  const before = cpu();
  const { events, bytes } = await run();
  const { hostsMs, postgresMs } = usedSince(before, cpu());
  return {
    events,
    bytesPerEvent: bytes / events,
    hostsUs: (hostsMs * 1000) / events,
    postgresUs: (postgresMs * 1000) / events,
    commits: (await countCommits(sql)) - commitsBefore,
  };
}

/** Listens to what comes for the second host. */
async function countPackets(
  { hosts, sql }: Cluster,
  run: () => Promise<FollowedCost>,
): Promise<{ readonly perEvent: number; readonly bytes: number }> {
  let count = 0;
  let bytes = 0;
  const listening = await sql.listen(`dispatch:host/${hosts[1]?.hostId}`, (payload) => {
    count += 1;
    bytes += payload.length;
  });
  const { events } = await run();
  // What was sent last is on its way.
  await sleep(500);
  await listening.unlisten();
  if (count === 0) throw new Error('nothing was heard on the channel of the host');
  return { perEvent: count / events, bytes: bytes / count };
}
