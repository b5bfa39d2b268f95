import type { SshCost } from '../measures/ssh.ts';
import { measureInChild } from '../processes.ts';
import { type Row, ratioResult } from '../row.ts';
import { hasSshd } from '../servers/sshd.ts';
import { median, spread } from '../statistics.ts';

const atMost = 1.2;

export const ssh: Row = {
  name: 'ssh',
  what: '`true` on a kept connection to an sshd, from its start until it is closed',
  async measure(repetitions, tell) {
    if (!hasSshd()) {
      tell('there is no sshd, or no ssh: nothing is measured');
      return { samples: {}, results: [] };
    }
    const found: SshCost[] = [];
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      found.push(await measureInChild<SshCost>('ssh'));
    }
    const of = (figure: keyof SshCost) => found.map((one) => one[figure]);
    const ratio = (figure: keyof SshCost) => median(found.map((one) => one[figure] / one.rawMs));
    const texts = (figure: keyof SshCost) => ({
      ours: `${spread(of(figure))} ms`,
      floor: `${spread(of('rawMs'))} ms`,
    });
    return {
      samples: { found },
      results: [
        ratioResult(
          'ssh',
          '`true`, beside ssh with a control master',
          texts('ourMs'),
          ratio('ourMs'),
          atMost,
        ),
        {
          row: 'ssh',
          figure: 'a file operation, beside the same',
          ...texts('statMs'),
          value: `${ratio('statMs').toFixed(2)} x`,
          bar: '-',
        },
      ],
    };
  },
};
