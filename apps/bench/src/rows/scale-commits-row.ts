import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import type { CommitsCost, CommitsOptions } from '../scale/commits.ts';
import { figure } from '../scale/figure.ts';
import { format, median, spread } from '../statistics.ts';

const name = 'scale-commits';
const settings: readonly CommitsOptions[] = [
  { conversations: 1, stepsEach: 1500 },
  { conversations: 16, stepsEach: 500 },
  { conversations: 256, stepsEach: 60 },
];

export const scaleCommits: Row = {
  name,
  what: 'steps of many conversations, committed by one store to a durable PostgreSQL',
  repetitions: 3,
  async measure(repetitions, tell) {
    const samples: Record<string, CommitsCost[]> = {};
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      for (const options of settings) {
        const label = `${options.conversations} at once`;
        samples[label] ??= [];
        samples[label].push(await measureInChild<CommitsCost>('commits', options));
      }
    }
    return {
      samples,
      results: Object.entries(samples).flatMap(([label, costs]) => [
        figure(name, `${label}: steps a second`, spread(costs.map(({ perSecond }) => perSecond))),
        figure(
          name,
          `${label}: a commit (p50, p99)`,
          `${format(median(costs.map(({ commitMs }) => commitMs.p50)))}, ${format(median(costs.map(({ commitMs }) => commitMs.p99)))} ms`,
        ),
        figure(
          name,
          `${label}: CPU of a commit: PostgreSQL, store`,
          `${format(median(costs.map(({ postgresCpuUs }) => postgresCpuUs)))}, ${format(median(costs.map(({ storeCpuUs }) => storeCpuUs)))} us`,
        ),
      ]),
    };
  },
};
