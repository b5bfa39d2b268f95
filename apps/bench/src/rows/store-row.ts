import { measureInChild } from '../processes.ts';
import { type Row, ratioResult } from '../row.ts';
import { median, spread } from '../statistics.ts';

interface StoreCost {
  readonly commitMs: number;
  readonly insertMs: number;
  readonly readMs: number;
  readonly bareReadMs: number;
}

export const store: Row = {
  name: 'store',
  what: 'committing a step, and reading a history of 1,000 chunks',
  async measure(repetitions, tell) {
    const found: StoreCost[] = [];
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      found.push(await measureInChild<StoreCost>('store'));
    }
    const compare = (
      figure: string,
      ours: keyof StoreCost,
      floor: keyof StoreCost,
      atMost: number,
    ) => {
      const of = (key: keyof StoreCost) => found.map((sample) => sample[key]);
      const texts = { ours: `${spread(of(ours))} ms`, floor: `${spread(of(floor))} ms` };
      return ratioResult('store', figure, texts, median(of(ours)) / median(of(floor)), atMost);
    };
    return {
      samples: { found },
      results: [
        compare('a step of three chunks, beside a bare insert', 'commitMs', 'insertMs', 2),
        compare('1,000 chunks, beside the same rows', 'readMs', 'bareReadMs', 1.5),
      ],
    };
  },
};
