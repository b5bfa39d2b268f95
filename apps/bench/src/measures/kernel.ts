import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { openJournal } from '@dispatch/sink-journal';
import { runRaw } from '../floors/raw-turn.ts';
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

function settleMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}

const silent = loggerTo(() => {});

/** One step of so many deltas. */
export async function measureDeltas(options: {
  readonly who: Who;
  readonly perBatch: number;
}): Promise<Cost> {
  const { who, perBatch } = options;
  const run = (deltas: number) =>
    who === 'raw' ? runRaw(deltas, 0) : runOurs({ deltas, steps: 0, perBatch, logger: silent });
  for (let round = 0; round < 20; round += 1) await run(2000);
  settleMemory();
  return cost(() => run(10_000));
}

/** So many steps of one tool call each; ours traced to a journal on disk. */
export async function measureSteps(options: { readonly who: Who; readonly steps: number }) {
  const { who, steps } = options;
  if (who === 'raw') {
    for (let round = 0; round < 20; round += 1) await runRaw(20, 200);
    const before = settleMemory();
    const spent = await cost(() => runRaw(20, steps));
    return { ...spent, grownMib: settleMemory() - before, journalBytes: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-'));
  try {
    const limits = { folder, maxFileBytes: 2 ** 28, maxFiles: 8 };
    const journal = await openJournal(limits, createNodeRuntime());
    const logger = loggerTo((record) => journal.write(record));
    for (let round = 0; round < 20; round += 1) await runOurs({ deltas: 20, steps: 200, logger });
    await journal.flush();
    const bytesBefore = folderBytes(folder);
    const before = settleMemory();
    const spent = await cost(async () => {
      await runOurs({ deltas: 20, steps, logger });
      await journal.flush();
    });
    const grownMib = settleMemory() - before;
    return { ...spent, grownMib, journalBytes: folderBytes(folder) - bytesBefore };
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
