import { measureInChild } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { withCluster } from '../scale/cluster.ts';
import { figure, formatSpread } from '../scale/figure.ts';
import type { LiveCost, LiveOptions } from '../scale/live.ts';
import { format } from '../statistics.ts';

const turns = 2000;
const name = 'scale-live';

/**
 * Each stream lasts ten seconds, so that all are live together: read over a connection for each, or
 * over sockets that follow a hundred.
 */
const settings = [
  { transport: '2,000 NDJSON', sockets: 0, deltas: 20, delayMs: 500 },
  { transport: '2,000 NDJSON', sockets: 0, deltas: 100, delayMs: 100 },
  { transport: '20 WebSockets', sockets: 20, deltas: 20, delayMs: 500 },
  { transport: '20 WebSockets', sockets: 20, deltas: 100, delayMs: 100 },
] as const;

export const scaleLive: Row = {
  name,
  what: '2,000 live conversations on one host',
  repetitions: 1,
  async measure(_repetitions, tell) {
    const results: Result[] = [];
    const samples: Record<string, LiveCost> = {};
    for (const { transport, ...pace } of settings) {
      const setting = `${transport}, a delta each ${pace.delayMs} ms`;
      tell(setting);
      const cost = await withCluster(1, async ({ hosts: [host] }) =>
        measureInChild<LiveCost>('live', {
          url: host?.url ?? '',
          pid: host?.pid ?? 0,
          turns,
          ...pace,
        } satisfies LiveOptions),
      );
      samples[setting] = cost;
      results.push(...describe(setting, cost));
    }
    return { samples, results };
  },
};

function describe(setting: string, cost: LiveCost): Result[] {
  const { events, bytes, wallMs } = cost;
  const perTurnKib = ((cost.peakMib - cost.restMib) * 1024) / turns;
  const told = (what: string, value: string) => figure(name, `${setting}: ${what}`, value);
  return [
    told(
      'all whole after',
      `${format(wallMs / 1000)} s, ${format((events * 1000) / wallMs)} events a second`,
    ),
    told('taken for lost and told anew', `${cost.resets} turns`),
    told('first delta (p50, p99, max)', formatSpread(cost.first)),
    told('lateness of a delta (p50, p99, max)', formatSpread(cost.lateness)),
    told(
      'CPU of the host',
      `${format(cost.cpuMs / 1000)} s, ${format(cost.cpuMs / (events / 1000))} ms for 1,000 events`,
    ),
    told(
      'memory of the host, at most',
      `${format(cost.peakMib)} MiB, ${format(perTurnKib)} KiB a turn above rest`,
    ),
    told('event log of a turn', `${format(bytes / turns / 1024)} KiB of texts`),
  ];
}
