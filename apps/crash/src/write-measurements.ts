import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './options.ts';
import { describeReport, type Report } from './report.ts';
import { type BoundaryReport, describeBoundaries } from './run-boundaries.ts';

export interface Measurements {
  /** Of hosts that were killed at random moments. */
  readonly kills?: Report;
  /** Of a host that was killed at each statement of a turn. */
  readonly boundaries?: BoundaryReport;
}

/** Leaves the figures of a run in `notes/measurements`; those of the other kind of run stay. */
export function writeMeasurements(measured: Measurements): void {
  const folder = join(root, 'notes/measurements');
  const jsonFile = join(folder, 'crash.json');
  const before: Measurements = existsSync(jsonFile)
    ? JSON.parse(readFileSync(jsonFile, 'utf8'))
    : {};
  const [cpu] = cpus();
  const machine = {
    cores: cpus().length,
    model: cpu?.model ?? 'unknown',
    node: process.versions.node,
  };
  const { kills, boundaries } = { ...before, ...measured };
  const content = {
    machine,
    ...(kills === undefined ? {} : { kills }),
    ...(boundaries === undefined ? {} : { boundaries }),
  };
  writeFileSync(jsonFile, `${JSON.stringify(content, null, 2)}\n`);
  const text = [
    '# Crashes',
    '',
    `On ${machine.cores} cores (${machine.model}), Node ${machine.node}.`,
    '',
    ...(kills === undefined ? [] : describeKills(kills)),
    ...(boundaries === undefined ? [] : describeCrashes(boundaries)),
  ];
  writeFileSync(join(folder, 'crash.md'), text.join('\n'));
}

function describeKills(report: Report): readonly string[] {
  const { kills, hosts, seed } = report;
  return [
    `\`npm run crash -- --kills ${kills} --hosts ${hosts} --seed ${seed}\`:`,
    '',
    ...describeReport(report)
      .split('; ')
      .map((figure) => `- ${figure}`),
    '',
  ];
}

function describeCrashes(report: BoundaryReport): readonly string[] {
  return [
    `\`npm run crash -- --boundaries\`: ${describeBoundaries(report)}. The turn's statements, in order:`,
    '',
    ...report.statements.map((statement, index) => `${index + 1}. ${statement}`),
    '',
  ];
}
