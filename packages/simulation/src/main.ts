// `npm run simulate`: runs histories, says what they found, and leaves with 1 where a promise broke.
import { type CommandArguments, parseArguments, usage } from './command/arguments.ts';
import { runHistories } from './command/run-histories.ts';
import type { Tally } from './command/tally.ts';
import { simulate } from './simulate.ts';

/** Lines of a trace that are shown where not all were asked for. */
const lastLines = 60;

await main();

async function main(): Promise<void> {
  let given: CommandArguments;
  try {
    given = parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const hasPassed =
    given.seed === undefined ? await runMany(given) : await runOne(given, given.seed);
  process.exitCode = hasPassed ? 0 : 1;
}

async function runOne({ isTraced, isJson }: CommandArguments, seed: number): Promise<boolean> {
  const { faults, trace, ...report } = await simulate(seed, {
    isTraced: true,
    ...(isTraced && !isJson ? { onLine: (line) => console.log(line) } : {}),
  });
  const { violation } = report;
  if (isJson) console.log(JSON.stringify({ ...report, faults: Object.fromEntries(faults) }));
  else {
    const shown = isTraced || violation === undefined ? [] : trace.slice(-lastLines);
    for (const line of shown) console.log(line);
    console.log(
      violation === undefined
        ? `seed ${seed}: all promises kept; ${report.events} events, ${report.checks} checks`
        : `seed ${seed}: ${violation.rule}: ${violation.message}`,
    );
  }
  return violation === undefined;
}

async function runMany(given: CommandArguments): Promise<boolean> {
  const startedAt = performance.now();
  let toldAt = startedAt;
  let told = 0;
  const tally = await runHistories({
    ...given,
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
    onProgress(sofar) {
      const now = performance.now();
      if (given.isJson) return;
      for (; told < sofar.failures.length; told += 1) tellFailure(sofar.failures[told]);
      if (now - toldAt < 5000) return;
      toldAt = now;
      console.error(
        `${sofar.histories} of ${given.histories} histories, ${rate(sofar, now - startedAt)}/s`,
      );
    },
  });
  const durationMs = performance.now() - startedAt;
  if (given.isJson) console.log(JSON.stringify({ ...tally, durationMs: Math.round(durationMs) }));
  else summarize(tally, durationMs);
  return tally.failed === 0;
}

function tellFailure(failure: Tally['failures'][number] | undefined): void {
  if (failure === undefined) return;
  const { seed, rule, message } = failure;
  console.log(`FAILED ${rule}: ${message}\n       npm run simulate -- --seed ${seed} --trace`);
}

function summarize(tally: Tally, durationMs: number): void {
  const { histories, failed, entries, events, checks, virtualMs, faults } = tally;
  const each = (sum: number) => (sum / Math.max(1, histories)).toFixed(1);
  for (const [kind, count] of Object.entries(faults).sort(([, a], [, b]) => b - a)) {
    console.log(`${String(count).padStart(9)}  ${kind}`);
  }
  console.log(
    `${histories} histories in ${(durationMs / 1000).toFixed(1)} s (${rate(tally, durationMs)}/s): ` +
      `${each(entries)} entries of the timeline, ${each(events)} events told to clients and ` +
      `${each(checks)} checks each; ` +
      `${(virtualMs / 3_600_000).toFixed(1)} virtual hours; ${failed} failed`,
  );
}

function rate({ histories }: Tally, durationMs: number): string {
  return (histories / Math.max(0.001, durationMs / 1000)).toFixed(0);
}
