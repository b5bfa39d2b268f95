import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './processes.ts';
import type { Measured, Result, Row } from './row.ts';
import { boot } from './rows/boot-row.ts';
import { bus } from './rows/bus-row.ts';
import { firstDelta, paced, unpaced } from './rows/host-rows.ts';
import { deltas, steps, turns } from './rows/kernel-rows.ts';
import { parse } from './rows/parse-row.ts';
import { store } from './rows/store-row.ts';
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
  boot,
];

const help = `Measures Dispatch beside hand-written floors, in one run.

usage: npm run bench -- [row ...] [--repetitions N] [--json FILE] [--help]

${rows.map(({ name, what }) => `  ${name.padEnd(12)} ${what}`).join('\n')}

Without a row, all of them: about ten minutes. The table is printed; with all rows it and every
sample also go to notes/measurements/bench.md and bench.json, with --json to that file.
Needs Linux (/proc).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: 'string', default: '5' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const repetitions = Number(values.repetitions);
const unknown = positionals.find((name) => !rows.some((row) => row.name === name));

if (values.help) {
  console.log(help);
} else if (unknown !== undefined || !Number.isInteger(repetitions) || repetitions < 1) {
  const found = unknown === undefined ? `--repetitions ${values.repetitions}` : unknown;
  console.error(`bench: ${found} is not understood\n\n${help}`);
  process.exitCode = 2;
} else if (process.platform !== 'linux') {
  console.error('bench: the figures come from /proc, which this system does not have');
  process.exitCode = 1;
} else {
  await measureAll(
    rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
  );
}

async function measureAll(chosen: readonly Row[]): Promise<void> {
  const measured: Record<string, Measured> = {};
  const results: Result[] = [];
  for (const row of chosen) {
    measured[row.name] = await row.measure(repetitions, (progress) => {
      console.error(`${row.name}: ${progress}`);
    });
    results.push(...(measured[row.name]?.results ?? []));
  }
  const table = markdownTable(results);
  console.log(table);
  const isWhole = chosen.length === rows.length;
  const file = values.json ?? (isWhole ? join(root, 'notes/measurements/bench.json') : undefined);
  if (file === undefined) return;
  const machine = describeMachine();
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, repetitions, measured }, null, 1)}\n`);
  if (!isWhole || values.json !== undefined) return;
  const text = `# Measurements\n\nBy \`npm run bench\` on ${machine.cores} cores (${machine.model}), ${machine.memory}, Node ${machine.node}; medians of ${repetitions} repetitions (smallest to largest), ours and the floor in turn.\n\n${table}\n`;
  writeFileSync(join(root, 'notes/measurements/bench.md'), text);
}

function describeMachine() {
  const [cpu] = cpus();
  const memoryKib = /MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return {
    cores: cpus().length,
    model: cpu?.model ?? 'unknown',
    memory: `${Math.round(Number(memoryKib) / 2 ** 20)} GiB`,
    node: process.versions.node,
  };
}
