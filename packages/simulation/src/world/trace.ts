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

/** `onLine` hears each line as it comes: of a history that never ends the last ones are what counts. */
export function createTrace(onLine: (line: string) => void): Trace {
  const kept: string[] = [];
  return {
    isOn: true,
    note(time, who, what, detail = '') {
      const line = `${String(time).padStart(8)}  ${who.padEnd(12)} ${what} ${detail}`.trimEnd();
      onLine(line);
      kept.push(line);
      if (kept.length > 2 * maxLines) kept.splice(0, maxLines);
    },
    lines: () => kept.slice(-maxLines),
  };
}
