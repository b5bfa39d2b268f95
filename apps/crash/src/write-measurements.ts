import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './options.ts';
import { describeReport, type Report } from './report.ts';

/** Leaves the figures of a run in `notes/measurements`. */
export function writeMeasurements(report: Report): void {
  const folder = join(root, 'notes/measurements');
  const [cpu] = cpus();
  const machine = {
    cores: cpus().length,
    model: cpu?.model ?? 'unknown',
    node: process.versions.node,
  };
  writeFileSync(join(folder, 'crash.json'), `${JSON.stringify({ machine, report }, null, 1)}\n`);
  const text = [
    '# Crashes',
    '',
    `By \`npm run crash -- --kills ${report.kills} --hosts ${report.hosts} --seed ${report.seed} --write\` on ${machine.cores} cores (${machine.model}), Node ${machine.node}:`,
    '',
    ...describeReport(report)
      .split('; ')
      .map((figure) => `- ${figure}`),
    ...report.found.map((words) => `- ${words}`),
    '',
  ];
  writeFileSync(join(folder, 'crash.md'), text.join('\n'));
}
