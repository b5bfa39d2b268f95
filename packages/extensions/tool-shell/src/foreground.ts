import { type RunningCommand, waitForRest } from '@dispatch/contracts';
import type { ToolContext, ToolResult } from '@dispatch/kernel';
import { waitForEnd } from './call-ending.ts';
import { createCallOutput } from './call-output.ts';
import { createHandOver } from './hand-over.ts';
import type { ShellInput } from './input.ts';
import { commandOfCall, type Place } from './place.ts';
import { report } from './report.ts';

/** So long an output is awaited after the exit that a process left behind may hold open. */
const silenceMs = 60;

/** Stays with the command until it exits or a client sends it to the background; a timeout and an abort end it. */
export async function runInForeground(
  { command, waitMs }: ShellInput,
  context: ToolContext,
  { computer, commands, cwd, runtime, logger }: Place,
): Promise<ToolResult> {
  const { signal } = context;
  let running: RunningCommand | undefined;
  let isReading = true;
  const output = createCallOutput(context.output, runtime, (next) => {
    isReading = next;
    running?.setReading(next);
  });
  const handOver = createHandOver(commands, commandOfCall(command, cwd, context), output);
  const starting = computer.spawn({ command, cwd, onOutput: output.take });
  const end = () => {
    // The call does not wait for it: the computer sees to it, and the host's stop once more.
    starting
      .then((started) => started.end())
      .catch((error: unknown) => {
        logger.warn('a command could not be ended', { error: String(error) });
      });
  };
  // A computer that is far away may take its time to start a command, and to say that it can not.
  const exited = starting.then((started) => {
    running = started;
    // It may have printed before it was here to be told to wait.
    if (!isReading) started.setReading(false);
    handOver.open(started);
    return started.exited;
  });
  const first = await waitForEnd(exited, waitMs, signal, runtime, handOver.done);
  const commandId = handOver.close();
  if (commandId !== undefined) {
    return report(output.end(), { type: 'background', commandId, isSent: true });
  }
  if (first.type !== 'exit' || running === undefined) {
    end();
    const ending = first.type === 'abort' ? first : { type: 'timeout' as const, afterMs: waitMs };
    return report(output.end(), ending);
  }
  running.setReading(true);
  await waitForRest(running, output.takenBytes, silenceMs, runtime);
  const { exit } = first;
  return report(output.end(), { type: 'exit', exit, leftRunning: await running.hasLeft() });
}
