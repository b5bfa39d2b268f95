import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import { format, median, spread } from '../statistics.ts';

/** As the tool's promise has it, in milliseconds. */
const atMostMs = 3;

export const shell: Row = {
  name: 'shell',
  what: '`true` through the tool shell, from the call to its result',
  async measure(repetitions, tell) {
    const found: { readonly ourMs: number; readonly rawMs: number }[] = [];
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      found.push(await measureInChild('shell'));
    }
    const ours = found.map(({ ourMs }) => ourMs);
    const raw = found.map(({ rawMs }) => rawMs);
    const moreMs = median(found.map(({ ourMs, rawMs }) => ourMs - rawMs));
    return {
      samples: { found },
      results: [
        {
          row: 'shell',
          figure: '`true`, beside a bare spawn of the same shell',
          ours: `${spread(ours)} ms`,
          floor: `${spread(raw)} ms`,
          value: `${format(moreMs)} ms more`,
          bar: `less than ${atMostMs} ms more`,
          isMet: moreMs < atMostMs,
        },
      ],
    };
  },
};
