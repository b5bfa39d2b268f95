import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import { type Cluster, usedSince, withCluster } from '../scale/cluster.ts';
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
}

export const scaleBus: Row = {
  name,
  what: 'a turn that is followed on another host, beside on its own',
  repetitions: 3,
  async measure(repetitions, tell) {
    const own: Sample[] = [];
    const other: Sample[] = [];
    const added: Spread[] = [];
    let packets: Packets | undefined;
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
        figure(
          name,
          'statements of the bus for an event',
          format(packets?.statements ?? Number.NaN),
        ),
        figure(
          name,
          'packets for an event, and their size',
          `${format(packets?.packets ?? Number.NaN)}, ${format(packets?.bytes ?? Number.NaN)} bytes (an event has ${format(of(other, 'bytesPerEvent'))})`,
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

async function sampleOf({ cpu }: Cluster, run: () => Promise<FollowedCost>): Promise<Sample> {
  const before = cpu();
  const { events, bytes } = await run();
  const { hostsMs, postgresMs } = usedSince(before, cpu());
  return {
    events,
    bytesPerEvent: bytes / events,
    hostsUs: (hostsMs * 1000) / events,
    postgresUs: (postgresMs * 1000) / events,
  };
}

interface Packets {
  /** For an event. */
  readonly statements: number;
  readonly packets: number;
  /** Of a packet. */
  readonly bytes: number;
}

/** Listens to what comes for the second host, and to what the server is told. */
async function countPackets(
  { hosts, sql, countStatements }: Cluster,
  run: () => Promise<FollowedCost>,
): Promise<Packets> {
  let packets = 0;
  let bytes = 0;
  let events = 0;
  const listening = await sql.listen(`dispatch:host/${hosts[1]?.hostId}`, (payload) => {
    packets += 1;
    bytes += payload.length;
  });
  const statements = await countStatements('pg_notify(', async () => {
    ({ events } = await run());
  });
  await listening.unlisten();
  if (packets === 0) throw new Error('nothing was heard on the channel of the host');
  return { statements: statements / events, packets: packets / events, bytes: bytes / packets };
}
