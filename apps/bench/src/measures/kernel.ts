import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { openJournal } from '@dispatch/sink-journal';
import { runRaw } from '../floors/raw-turn.ts';
import { median } from '../statistics.ts';
import { loggerTo, runOurs } from './our-turn.ts';

export type Who = 'ours' | 'raw';

export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** What is held after everything that can go has gone. */
function settleMemory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

const silent = loggerTo(() => {});

/** So many runs of one process; the middle one is told. */
async function middleCost(runs: number, work: () => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) costs.push(await cost(work));
  return middleOf(costs);
}

function middleOf(costs: readonly Cost[]): Cost {
  return {
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  };
}

const deltas = 10_000;

/** One step of ten thousand deltas, warm. */
export async function measureDeltas(options: {
  readonly who: Who;
  readonly perBatch: number;
}): Promise<Cost> {
  const { who, perBatch } = options;
  const run = () =>
    who === 'raw' ? runRaw(deltas, 0) : runOurs({ deltas, steps: 0, perBatch, logger: silent });
  for (let round = 0; round < 20; round += 1) await run();
  settleMemory();
  return middleCost(11, run);
}

/** Of each process as many runs as make a few thousand steps. */
const stepsPerProcess = 10_000;
const warmSteps = 1000;

/** So many steps of one tool call each, warm; ours traced to a journal on disk. */
export async function measureSteps(options: { readonly who: Who; readonly steps: number }) {
  const { who, steps } = options;
  const runs = Math.max(3, Math.min(41, Math.round(stepsPerProcess / steps)));
  if (who === 'raw') {
    for (let round = 0; round < 20; round += 1) await runRaw(20, warmSteps);
    const spent = await middleCost(runs, () => runRaw(20, steps));
    return { ...spent, grownMib: 0, journalBytes: 0, flushMs: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-'));
  try {
    const limits = { folder, maxFileBytes: 2 ** 28, maxTotalMb: 4096, maxAgeDays: 0 };
    const journal = await openJournal(limits, createNodeRuntime());
    const logger = loggerTo((record) => journal.write(record));
    for (let round = 0; round < 20; round += 1)
      await runOurs({ deltas: 20, steps: warmSteps, logger });
    await journal.flush();
    const bytesBefore = folderBytes(folder);
    let flushMs = 0;
    const costs: Cost[] = [];
    for (let run = 0; run < runs; run += 1) {
      costs.push(await cost(() => runOurs({ deltas: 20, steps, logger })));
      flushMs += (await cost(() => journal.flush())).wallMs / runs;
    }
    const spent = middleOf(costs);
    const journalBytes = (folderBytes(folder) - bytesBefore) / runs;
    settleMemory();
    await sleep(20);
    const before = settleMemory();
    let grownMib = 0;
    const onDone = () => {
      grownMib = settleMemory() - before;
    };
    await runOurs({ deltas: 20, steps, logger, onDone });
    return { ...spent, grownMib, journalBytes, flushMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** One turn of a hundred deltas, and a thousand of them at once. */
export async function measureTurns({ who }: { readonly who: Who }) {
  const run = () =>
    who === 'raw' ? runRaw(100, 0) : runOurs({ deltas: 100, steps: 0, logger: silent });
  for (let round = 0; round < 300; round += 1) await run();
  const alone = await cost(async () => {
    for (let round = 0; round < 300; round += 1) await run();
  });
  settleMemory();
  const before = process.memoryUsage().rss;
  const together = await cost(() => Promise.all(Array.from({ length: 1000 }, run)));
  const peak = process.resourceUsage().maxRSS * 1024;
  return {
    aloneMs: alone.cpuMs / 300,
    togetherMs: together.cpuMs / 1000,
    kibPerTurn: (peak - before) / 1024 / 1000,
  };
}
