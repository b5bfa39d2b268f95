import type { BusCost, BusOptions } from '../measures/bus.ts';
import { measureInChild } from '../processes.ts';
import { type Result, type Row, ratioResult } from '../row.ts';
import { hasNatsServer } from '../servers/nats-server.ts';
import { median, spread } from '../statistics.ts';

type Figure = keyof BusCost;

/** Each with the bars for its ratios to the floor: packets make up for what the bus adds to each message. */
const settings = [
  { name: 'postgres', server: 'postgres', topics: 1, cpu: 0.5, p50: 1.5 },
  { name: 'postgres, 100 topics', server: 'postgres', topics: 100, cpu: 0.5, p50: 1.5 },
  { name: 'nats', server: 'nats', topics: 1, cpu: 1, p50: 1.5 },
  { name: 'nats, 100 topics', server: 'nats', topics: 100, cpu: 1, p50: 1.5 },
] as const;

export const bus: Row = {
  name: 'bus',
  what: 'messages of 200 bytes between two members, over PostgreSQL and over NATS',
  async measure(repetitions, tell) {
    const hasNats = hasNatsServer();
    if (!hasNats) tell('no nats-server is on the PATH: only PostgreSQL is measured');
    const samples: Record<string, BusCost[]> = {};
    const results: Result[] = [];
    for (const { name, server, topics, cpu, p50 } of settings) {
      if (server === 'nats' && !hasNats) continue;
      const found: Record<BusOptions['who'], BusCost[]> = { ours: [], raw: [] };
      for (let round = 0; round < repetitions; round += 1) {
        tell(`${name}, ${round + 1} of ${repetitions}`);
        for (const who of ['ours', 'raw'] as const) {
          found[who].push(await measureInChild<BusCost>('bus', { server, who, topics }));
        }
      }
      samples[name] = found.ours;
      samples[`${name}, raw`] = found.raw;
      const of = (who: BusOptions['who'], figure: Figure) => found[who].map((one) => one[figure]);
      const texts = (figure: Figure, unit: string) => ({
        ours: `${spread(of('ours', figure))}${unit}`,
        floor: `${spread(of('raw', figure))}${unit}`,
      });
      const ratio = (figure: Figure) => median(of('ours', figure)) / median(of('raw', figure));
      results.push(
        ratioResult('bus', `${name}: CPU of a message`, texts('cpuUs', ' us'), ratio('cpuUs'), cpu),
        {
          row: 'bus',
          figure: `${name}: messages a second`,
          ...texts('perSecond', ''),
          value: `${ratio('perSecond').toFixed(2)} x`,
          bar: '-',
        },
        ratioResult('bus', `${name}: latency, p50`, texts('p50Ms', ' ms'), ratio('p50Ms'), p50),
        {
          row: 'bus',
          figure: `${name}: latency, p99`,
          ...texts('p99Ms', ' ms'),
          value: `${ratio('p99Ms').toFixed(2)} x`,
          bar: '-',
        },
      );
    }
    return { samples, results };
  },
};
