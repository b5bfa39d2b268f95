/** What happened in a history, for whoever looks at a failure. Costs nothing while it is off. */
export interface Trace {
  readonly isOn: boolean;
  /** `who` did `what`; the rest is told behind it. */
  note(time: number, who: string, what: string, detail?: string): void;
  /** The last lines, oldest first. */
  lines(): readonly string[];
}

/** Lines that are kept; older ones go. */
const maxLines = 2000;

export const silentTrace: Trace = { isOn: false, note: () => {}, lines: () => [] };

export function createTrace(): Trace {
  const kept: string[] = [];
  return {
    isOn: true,
    note(time, who, what, detail = '') {
      kept.push(`${String(time).padStart(8)}  ${who.padEnd(12)} ${what} ${detail}`.trimEnd());
      if (kept.length > 2 * maxLines) kept.splice(0, maxLines);
    },
    lines: () => kept.slice(-maxLines),
  };
}
