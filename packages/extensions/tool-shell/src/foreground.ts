import type { RunningCommand } from '@dispatch/contracts';
import type { ToolContext, ToolResult } from '@dispatch/kernel';
import { waitForEnd, waitForRest } from './call-ending.ts';
import { createCallOutput } from './call-output.ts';
import type { ShellInput } from './input.ts';
import type { Place } from './place.ts';
import { report } from './report.ts';

/** Stays with the command until it exits; a timeout and an abort end it. */
export async function runInForeground(
  { command, waitMs }: ShellInput,
  { signal, output: tell }: ToolContext,
  { computer, cwd, runtime, logger }: Place,
): Promise<ToolResult> {
  let running: RunningCommand | undefined;
  let isReading = true;
  const output = createCallOutput(tell, runtime, (next) => {
    isReading = next;
    running?.setReading(next);
  });
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
    return started.exited;
  });
  const first = await waitForEnd(exited, waitMs, signal, runtime);
  if (first.type !== 'exit' || running === undefined) {
    end();
    const ending = first.type === 'abort' ? first : { type: 'timeout' as const, afterMs: waitMs };
    return report(output.end(), ending);
  }
  running.setReading(true);
  await waitForRest(running.closed, runtime);
  const { exit } = first;
  return report(output.end(), { type: 'exit', exit, leftRunning: await running.hasLeft() });
}
