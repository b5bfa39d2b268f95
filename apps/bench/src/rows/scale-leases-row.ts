import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import { figure } from '../scale/figure.ts';
import type { LeasesCost, LeasesOptions } from '../scale/leases.ts';
import { format } from '../statistics.ts';

const name = 'scale-leases';
const settings: readonly LeasesOptions[] = [{ turns: 2000 }, { turns: 10_000 }];

export const scaleLeases: Row = {
  name,
  what: 'what a host says to PostgreSQL with each beat, the more turns run',
  repetitions: 1,
  async measure(_repetitions, tell) {
    const samples: Record<string, LeasesCost> = {};
    for (const options of settings) {
      tell(`${options.turns} turns`);
      samples[`${format(options.turns)} turns`] = await measureInChild('leases', options);
    }
    return {
      samples,
      results: Object.entries(samples).flatMap(([label, cost]) => [
        figure(
          name,
          `${label}: renewing their leases, each beat`,
          `${format(cost.renewMs)} ms, ${format(cost.renewCpuMs)} ms CPU of PostgreSQL, ${format(cost.renewLogBytes / 1024)} KiB of its log`,
        ),
        figure(
          name,
          `${label}: looking for leases that are over, each beat of each host`,
          `${format(cost.claimMs)} ms, ${format(cost.claimCpuMs)} ms CPU of PostgreSQL`,
        ),
      ]),
    };
  },
};
