import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashBoundaries } from './boundaries/crash-boundaries.ts';
import { openFastClient } from './cluster/fast-client.ts';
import type { CrashOptions } from './options.ts';

export interface BoundaryReport {
  /** Statements of the turn, by what they do, in order. */
  readonly statements: readonly string[];
  /** Boundaries at which the host was killed. */
  readonly crashes: number;
  /** Calls that were under way then: their results say that the outcome is unknown. */
  readonly interrupted: number;
  /** Boundaries that the turn did not come to the second time. */
  readonly missed: number;
  readonly seconds: number;
  readonly violations: number;
  readonly found: readonly string[];
}

/** Crashes one host at every statement of a turn, before, within and after it. */
export async function runBoundaries(
  options: CrashOptions,
  signal: AbortSignal,
  say: (words: string) => void,
): Promise<BoundaryReport> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-crash-'));
  chmodSync(folder, 0o711);
  const found: string[] = [];
  const statements: string[] = [];
  let crashes = 0;
  let missed = 0;
  let interrupted = 0;
  try {
    await crashBoundaries({
      program: options.program,
      folder,
      signal,
      choose(all) {
        for (const { statement, moment } of all)
          if (moment === 'before') statements.push(statement);
        return all;
      },
      openClient: (url) => openFastClient({ pick: url }, Math.random),
      onCrash({ statement, occurrence, moment }, { wasReached, problems, ...played }) {
        interrupted += played.interrupted;
        const place = `${moment} "${statement}" (${occurrence})`;
        if (wasReached) crashes += 1;
        else missed += 1;
        if (!wasReached) say(`not reached: ${place}`);
        for (const words of problems) {
          found.push(`${place}: ${words}`);
          say(`VIOLATION ${place}: ${words}`);
        }
        if (options.isVerbose && wasReached) say(`crashed ${place}: ${played.interrupted} cut off`);
      },
    });
  } finally {
    if (options.isFolderKept) say(`the host's folder is in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { statements, crashes, interrupted, missed, seconds, violations: found.length, found };
}

/** The report in a line. */
export function describeBoundaries(report: BoundaryReport): string {
  const { statements, crashes, interrupted, missed, seconds, violations } = report;
  return `${crashes} crashes at ${statements.length} statements of a turn in ${seconds} s; ${interrupted} calls cut off; ${missed} not reached; ${violations} violations`;
}
