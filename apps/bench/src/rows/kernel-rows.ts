import type { Cost } from '../measures/kernel.ts';
import { measureInChild } from '../processes.ts';
import { type Measured, type Row, ratioResult } from '../row.ts';
import { format, median, spread } from '../statistics.ts';

type Samples = Record<string, number[]>;

function add(samples: Samples, name: string, value: number): void {
  samples[name] ??= [];
  samples[name].push(value);
}

const of = (samples: Samples, name: string) => samples[name] ?? [];
const middle = (samples: Samples, name: string) => median(of(samples, name));

export const deltas: Row = {
  name: 'deltas',
  what: 'one step of 10,000 deltas, in process',
  async measure(repetitions, tell): Promise<Measured> {
    const samples: Samples = {};
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      for (const [name, options] of [
        ['raw', { who: 'raw' }],
        ['ours', { who: 'ours', perBatch: 1 }],
        ['ours, 80 a read', { who: 'ours', perBatch: 80 }],
      ] as const) {
        add(samples, name, (await measureInChild<Cost>('deltas', options)).wallMs);
      }
    }
    const floor = `${spread(of(samples, 'raw'))} ms`;
    const results = (['ours', 'ours, 80 a read'] as const).map((name) =>
      ratioResult(
        'deltas',
        name === 'ours' ? 'one delta a read' : '80 deltas a read',
        { ours: `${spread(of(samples, name))} ms`, floor },
        middle(samples, name) / middle(samples, 'raw'),
        1.5,
      ),
    );
    return { results, samples };
  },
};

interface StepsCost extends Cost {
  readonly grownMib: number;
  readonly journalBytes: number;
  /** What the turn does not wait for: the rest of its records on their way to the disk. */
  readonly flushMs: number;
}

const sizes = [50, 800, 5000] as const;

export const steps: Row = {
  name: 'steps',
  what: '50, 800 and 5,000 steps of one tool call each, traced to a journal',
  async measure(repetitions, tell) {
    const samples: Samples = {};
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      for (const who of ['raw', 'ours'] as const) {
        for (const size of sizes) {
          const cost = await measureInChild<StepsCost>('steps', { who, steps: size });
          add(samples, `${who} ${size} ms a step`, cost.wallMs / size);
          add(samples, `${who} ${size} grown KiB a step`, (cost.grownMib * 1024) / size);
          add(samples, `${who} ${size} journal bytes a step`, cost.journalBytes / size);
          add(samples, `${who} ${size} flush ms a step`, cost.flushMs / size);
        }
      }
    }
    const perStep = (who: string, size: number) => middle(samples, `${who} ${size} ms a step`);
    const growth = (who: string) => perStep(who, 5000) / perStep(who, 50);
    const results = sizes.map((size) => ({
      row: 'steps',
      figure: `${size} steps, a step`,
      ours: `${spread(of(samples, `ours ${size} ms a step`))} ms`,
      floor: `${format(perStep('raw', size))} ms`,
      value: `${format(perStep('ours', size))} ms`,
      bar: 'at most 0.04 ms',
      isMet: perStep('ours', size) <= 0.04,
    }));
    const journal = (size: number) => middle(samples, `ours ${size} journal bytes a step`);
    const memory = (size: number) => middle(samples, `ours ${size} grown KiB a step`);
    return {
      samples,
      results: [
        ...results,
        ratioResult(
          'steps',
          'growth of 5,000 over 50, over raw’s own',
          { ours: growth('ours').toFixed(2), floor: growth('raw').toFixed(2) },
          growth('ours') / growth('raw'),
          1.2,
        ),
        {
          row: 'steps',
          figure: 'journal, bytes a step, at 50 and at 5,000',
          ours: `${format(journal(50))}, ${format(journal(5000))}`,
          floor: '-',
          value: `${(journal(5000) / journal(50)).toFixed(2)} x`,
          bar: 'linear',
          isMet: journal(5000) / journal(50) < 1.2,
        },
        {
          row: 'steps',
          figure: 'journal to disk behind the turn, a step of 5,000',
          ours: `${format(middle(samples, 'ours 5000 flush ms a step'))} ms`,
          floor: '-',
          value: '-',
          bar: '-',
        },
        {
          row: 'steps',
          figure: 'memory that a turn of 5,000 steps holds, its journal on its way included',
          ours: `${format(memory(5000))} KiB a step`,
          floor: '-',
          value: '-',
          bar: '-',
        },
      ],
    };
  },
};

interface TurnsCost {
  readonly aloneMs: number;
  readonly togetherMs: number;
  readonly kibPerTurn: number;
}

export const turns: Row = {
  name: 'turns',
  what: '1,000 turns at once, 100 deltas each',
  async measure(repetitions, tell) {
    const samples: Samples = {};
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      for (const who of ['raw', 'ours'] as const) {
        const cost = await measureInChild<TurnsCost>('turns', { who });
        add(samples, `${who} ratio`, cost.togetherMs / cost.aloneMs);
        add(samples, `${who} KiB a turn`, cost.kibPerTurn);
      }
    }
    const kib = middle(samples, 'ours KiB a turn');
    return {
      samples,
      results: [
        ratioResult(
          'turns',
          'cost of a delta over that of one turn alone, over raw’s',
          { ours: spread(of(samples, 'ours ratio')), floor: spread(of(samples, 'raw ratio')) },
          middle(samples, 'ours ratio') / middle(samples, 'raw ratio'),
          1.1,
        ),
        {
          row: 'turns',
          figure: 'memory of a turn',
          ours: `${spread(of(samples, 'ours KiB a turn'))} KiB`,
          floor: `${format(middle(samples, 'raw KiB a turn'))} KiB`,
          value: `${format(kib)} KiB`,
          bar: 'at most 60 KiB',
          isMet: kib <= 60,
        },
      ],
    };
  },
};
