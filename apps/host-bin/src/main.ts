#!/usr/bin/env node
import { endingOf } from './process/ending.ts';
import { signalJudge, stopSignals } from './process/signals.ts';
import { type HostProcess, type HostRun, runHost } from './run-host.ts';
import { helpText } from './settings/help-text.ts';
import { parseArguments } from './settings/parse-arguments.ts';
import { version } from './version.ts';

const hostProcess: HostProcess = {
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  pid: process.pid,
  hasColors: process.stderr.isTTY === true && !process.env.NO_COLOR,
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
};

// A reader that went away must not take the host with it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

let run: HostRun | undefined;
let isStopping = false;

function end(error: unknown): never {
  const { exitCode, text } = endingOf(error);
  hostProcess.writeError(run === undefined ? text : run.redact(text));
  process.exit(exitCode);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    run?.abandon();
    end(error);
  });
}

const judge = signalJudge(() => performance.now());
for (const signal of stopSignals) {
  process.on(signal, () => {
    const verdict = judge(signal);
    if (verdict === undefined) return;
    if (verdict !== 'stop' || run === undefined) {
      run?.abandon();
      process.exit(verdict === 'stop' ? 0 : verdict.exitCode);
    }
    isStopping = true;
    run.stop().then(() => process.exit(0), end);
  });
}

try {
  const { isHelp, isVersion } = parseArguments(hostProcess.argv);
  if (isHelp || isVersion) hostProcess.writeOut(isHelp ? helpText() : `${version}\n`);
  else {
    // Sleeping is all that a host may do for a while: its timers alone would not keep it.
    setInterval(() => {}, 2 ** 30);
    run = await runHost(hostProcess);
    await run.started;
  }
} catch (error) {
  // A stop in the middle of a start ends the process itself.
  if (!isStopping) end(error);
}
