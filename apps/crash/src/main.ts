import { help, parseOptions } from './options.ts';
import { describeReport } from './report.ts';
import { describeBoundaries, runBoundaries } from './run-boundaries.ts';
import { runCrash } from './run-crash.ts';
import { writeMeasurements } from './write-measurements.ts';

const say = (words: string) => console.error(`crash: ${words}`);

process.exitCode = await main().catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  return 1;
});

async function main(): Promise<number> {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  if (options.isHelp) {
    console.log(help);
    return 0;
  }
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stopped.abort());
  }
  say(`seed ${options.seed}`);
  if (options.isAtBoundaries) {
    const report = await runBoundaries(options, stopped.signal, say);
    console.log(options.isJson ? JSON.stringify(report) : describeBoundaries(report));
    if (stopped.signal.aborted) return 130;
    if (options.isWritten) writeMeasurements({ boundaries: report });
    return report.violations === 0 ? 0 : 1;
  }
  const report = await runCrash(options, stopped.signal, say);
  console.log(options.isJson ? JSON.stringify(report) : describeReport(report));
  if (stopped.signal.aborted) return 130;
  if (options.isWritten) writeMeasurements({ kills: report });
  return report.violations === 0 ? 0 : 1;
}
