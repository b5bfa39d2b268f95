import { runHistory } from './history.ts';
import { letLoopTurn } from './world/let-loop-turn.ts';
import { createTrace, silentTrace } from './world/trace.ts';
import { World } from './world/world.ts';

export interface SimulateOptions {
  /** Keep the last lines of what happened. */
  readonly isTraced?: boolean;
  /** Hears each line of the trace as it comes. */
  readonly onLine?: (line: string) => void;
}

/** What became of one history. */
export interface HistoryReport {
  readonly seed: number;
  /** Absent where all promises were kept. */
  readonly violation?: { readonly rule: string; readonly message: string };
  /** How often each kind of fault was done. */
  readonly faults: ReadonlyMap<string, number>;
  /** Looks at an invariant. */
  readonly checks: number;
  /** Entries of the timeline: calls to hosts, store and bus, and their answers, sleeps and faults. */
  readonly entries: number;
  /** Events that clients were told. */
  readonly events: number;
  /** Virtual milliseconds. */
  readonly durationMs: number;
  /** The last lines, where the history was traced. */
  readonly trace: readonly string[];
}

/**
 * Runs one history: hosts, clients and faults, all from one seed. The same seed, the same sources:
 * the same history. Rejects only for a fault of the simulation's own. One at a time in a process.
 */
export async function simulate(
  seed: number,
  options: SimulateOptions = {},
): Promise<HistoryReport> {
  const world = new World(
    seed,
    options.isTraced === true ? createTrace(options.onLine ?? (() => {})) : silentTrace,
  );
  const rejected = (error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.violated('nothing-unhandled', `a host's process would end by ${words}`);
  };
  process.on('unhandledRejection', rejected);
  try {
    const { events } = await runHistory(world);
    await letLoopTurn();
    const { violation, faults, checks, trace } = world;
    return {
      seed,
      ...(violation === undefined ? {} : { violation: pick(violation) }),
      faults,
      checks,
      entries: world.timeline.called,
      events,
      durationMs: world.now(),
      trace: trace.lines(),
    };
  } finally {
    process.off('unhandledRejection', rejected);
  }
}

function pick({ rule, message }: { readonly rule: string; readonly message: string }) {
  return { rule, message };
}
