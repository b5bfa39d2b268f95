/** What a run has shown. */
export interface Report {
  readonly seed: string;
  readonly hosts: number;
  readonly leaseMs: number;
  readonly kills: number;
  readonly freezes: number;
  readonly conversations: number;
  readonly turns: number;
  /** Turns that had eleven hosts or more and were ended with `turn-unrecoverable`. */
  readonly givenUp: number;
  /** Answers that streamed events, and sockets that did. */
  readonly streams: number;
  readonly resyncs: number;
  readonly takeovers: number;
  /** Milliseconds from the loss of a turn's owner to the first event of the next. */
  readonly takeoverMs: { readonly median: number; readonly max: number };
  readonly seconds: number;
  readonly violations: number;
  readonly found: readonly string[];
}

/** Whole milliseconds; zeros where there is nothing. */
export function summarizeMs(values: readonly number[]): { median: number; max: number } {
  const sorted = [...values].sort((left, right) => left - right);
  return {
    median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    max: Math.round(sorted.at(-1) ?? 0),
  };
}

/** The report in a line. */
export function describeReport(report: Report): string {
  const { takeoverMs, seconds } = report;
  return [
    `${report.kills} kills and ${report.freezes} freezes of ${report.hosts} hosts in ${seconds} s`,
    `${report.turns} turns in ${report.conversations} conversations, ${report.givenUp} of them given up after ten takeovers`,
    `${report.streams} streams, ${report.resyncs} resyncs`,
    `${report.takeovers} takeovers, median ${takeoverMs.median} ms, longest ${takeoverMs.max} ms (lease ${report.leaseMs} ms)`,
    `${report.violations} violations`,
  ].join('; ');
}
