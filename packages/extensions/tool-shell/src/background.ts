import { errorResult, type ToolContext, type ToolResult } from '@dispatch/kernel';
import { waitForEnd } from './call-ending.ts';
import { createCallOutput } from './call-output.ts';
import type { ShellInput } from './input.ts';
import { commandOfCall, type Place } from './place.ts';
import { report } from './report.ts';

/** Stays with the command for a while, and leaves it running; an abort until then ends it. */
export async function runInBackground(
  { command, waitMs }: ShellInput,
  context: ToolContext,
  { commands, cwd, runtime, logger }: Place,
): Promise<ToolResult> {
  if (commands === undefined) {
    return errorResult('This host runs nothing in the background: run it without background.');
  }
  // The pace at which it is read is not this call's to set.
  const output = createCallOutput(context.output, runtime, () => {});
  const started = await commands.start({
    ...commandOfCall(command, cwd, context),
    onOutput: output.take,
  });
  const first = await waitForEnd(started.exited, waitMs, context.signal, runtime);
  const printed = output.end();
  switch (first.type) {
    case 'abort':
      started.stop().catch((error: unknown) => {
        logger.warn('a command could not be ended', { error: String(error) });
      });
      return report(printed, first);
    case 'timeout':
    case 'sent':
      return report(printed, {
        type: 'background',
        commandId: started.commandId,
        isSent: false,
      });
    case 'exit':
      return report(printed, { ...first, leftRunning: false });
  }
}
