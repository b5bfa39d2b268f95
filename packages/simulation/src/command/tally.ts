import type { HistoryReport } from '../simulate.ts';

/** A history that broke a promise. */
export interface Failure {
  readonly seed: number;
  readonly rule: string;
  readonly message: string;
}

/** What became of many histories, added up. Plain data. */
export interface Tally {
  histories: number;
  failed: number;
  entries: number;
  events: number;
  checks: number;
  virtualMs: number;
  readonly faults: Record<string, number>;
  /** The first ones with their words; all of them count in `failed`. */
  readonly failures: Failure[];
}

/** Failures that are kept with their words. */
const maxFailures = 200;

export function emptyTally(): Tally {
  return {
    histories: 0,
    failed: 0,
    entries: 0,
    events: 0,
    checks: 0,
    virtualMs: 0,
    faults: {},
    failures: [],
  };
}

export function addReport(tally: Tally, report: HistoryReport): void {
  const { seed, violation, faults, entries, events, checks, durationMs } = report;
  tally.histories += 1;
  tally.entries += entries;
  tally.events += events;
  tally.checks += checks;
  tally.virtualMs += durationMs;
  for (const [kind, count] of faults) addFault(tally, kind, count);
  if (violation !== undefined) addFailure(tally, { seed, ...violation });
}

export function addFailure(tally: Tally, failure: Failure): void {
  tally.failed += 1;
  if (tally.failures.length < maxFailures) tally.failures.push(failure);
}

export function addTally(tally: Tally, more: Tally): void {
  tally.histories += more.histories;
  tally.failed += more.failed;
  tally.entries += more.entries;
  tally.events += more.events;
  tally.checks += more.checks;
  tally.virtualMs += more.virtualMs;
  for (const [kind, count] of Object.entries(more.faults)) addFault(tally, kind, count);
  tally.failures.push(...more.failures.slice(0, maxFailures - tally.failures.length));
}

function addFault(tally: Tally, kind: string, count: number): void {
  tally.faults[kind] = (tally.faults[kind] ?? 0) + count;
}
