import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './processes.ts';
import type { Measured, Result, Row } from './row.ts';
import { boot } from './rows/boot-row.ts';
import { bus } from './rows/bus-row.ts';
import { firstDelta, paced, unpaced } from './rows/host-rows.ts';
import { deltas, steps, turns } from './rows/kernel-rows.ts';
import { parse } from './rows/parse-row.ts';
import { glob, grep } from './rows/search-rows.ts';
import { shell } from './rows/shell-row.ts';
import { ssh } from './rows/ssh-row.ts';
import { store } from './rows/store-row.ts';
import { scaleRows } from './scale/rows.ts';
import { markdownTable } from './table.ts';

const rows: readonly Row[] = [
  deltas,
  steps,
  turns,
  parse,
  firstDelta,
  paced,
  unpaced,
  store,
  bus,
  grep,
  glob,
  shell,
  ssh,
  boot,
];

/** What a whole run leaves in the folder of measurements, by the name of the file. */
const suites: Readonly<Record<string, readonly Row[]>> = { bench: rows, scale: scaleRows };

const list = (some: readonly Row[]) =>
  some.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`).join('\n');

const help = `Measures Dispatch beside hand-written floors, in one run.

usage: npm run bench -- [row ...] [--repetitions N] [--json FILE] [--help]

${list(rows)}

Without a row, all of these: about twelve minutes. By name alone, \`scale\` for all, in twenty minutes:

${list(scaleRows)}

The table is printed; with all rows of a list it and every sample also go to bench.md and bench.json,
or scale.md and scale.json, in notes/measurements; with --json to that file. Needs Linux (/proc).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const repetitions = values.repetitions === undefined ? undefined : Number(values.repetitions);
const isCount = repetitions === undefined || (Number.isInteger(repetitions) && repetitions > 0);
const isAskedFor = (asked: string, { name }: Row) => name === asked || name.startsWith(`${asked}-`);
const all = Object.values(suites).flat();
/** What the machine does beside: figures of one that is busy are worse than it is. */
const loadBefore = loadavg()[0] ?? 0;
const unknown = positionals.find((asked) => !all.some((row) => isAskedFor(asked, row)));

if (values.help) {
  console.log(help);
} else if (unknown !== undefined || !isCount) {
  const found = unknown === undefined ? `--repetitions ${values.repetitions}` : unknown;
  console.error(`bench: ${found} is not understood\n\n${help}`);
  process.exitCode = 2;
} else if (process.platform !== 'linux') {
  console.error('bench: the figures come from /proc, which this system does not have');
  process.exitCode = 1;
} else {
  await measureAll(
    positionals.length === 0
      ? rows
      : all.filter((row) => positionals.some((asked) => isAskedFor(asked, row))),
  );
}

async function measureAll(chosen: readonly Row[]): Promise<void> {
  const measured = new Map<Row, Measured>();
  for (const row of chosen) {
    const tell = (progress: string) => console.error(`${row.name}: ${progress}`);
    measured.set(row, await row.measure(repetitions ?? row.repetitions ?? 5, tell));
  }
  console.log(markdownTable(resultsOf([...measured.values()])));
  if (values.json !== undefined) {
    writeSamples(values.json, measured);
    return;
  }
  for (const [name, suite] of Object.entries(suites)) {
    if (!suite.every((row) => measured.has(row))) continue;
    const own = new Map([...measured].filter(([row]) => suite.includes(row)));
    writeSamples(join(root, `notes/measurements/${name}.json`), own);
    writeTable(join(root, `notes/measurements/${name}.md`), name, own);
  }
}

function resultsOf(measured: readonly Measured[]): readonly Result[] {
  return measured.flatMap(({ results }) => results);
}

function writeSamples(file: string, measured: ReadonlyMap<Row, Measured>): void {
  const named = Object.fromEntries([...measured].map(([{ name }, found]) => [name, found]));
  mkdirSync(dirname(resolve(file)), { recursive: true });
  const content = { machine: describeMachine(), repetitions, measured: named };
  writeFileSync(file, `${JSON.stringify(content, null, 1)}\n`);
}

function writeTable(file: string, name: string, measured: ReadonlyMap<Row, Measured>): void {
  const { cores, model, memory, node, load } = describeMachine();
  const command = name === 'bench' ? 'npm run bench' : `npm run bench -- ${name}`;
  const text = [
    '# Measurements',
    '',
    `By \`${command}\` on ${cores} cores (${model}), ${memory}, Node ${node}, a load of ${load} by others; medians of the repetitions (smallest to largest).`,
    '',
    markdownTable(resultsOf([...measured.values()])),
  ];
  writeFileSync(file, `${text.join('\n')}\n`);
}

function describeMachine() {
  const [cpu] = cpus();
  const memoryKib = /MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return {
    cores: cpus().length,
    model: cpu?.model ?? 'unknown',
    memory: `${Math.round(Number(memoryKib) / 2 ** 20)} GiB`,
    node: process.versions.node,
    load: loadBefore.toFixed(1),
  };
}
