import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { abortedText, type Call, type CallEnd, interrupted } from './call.ts';
import type { CallRecorder } from './call-recorder.ts';
import { CallSteps, inputStepName } from './call-steps.ts';
import { withinDeadline } from './run-tool.ts';
import type { Turn } from './turn.ts';

/** Runs a durable tool, with what earlier runs of the call have recorded. Never rejects. */
export async function runDurably(
  turn: Turn,
  call: Call,
  tool: Tool,
  recorder: CallRecorder,
  run: (context: ToolContext) => Promise<ToolResult>,
): Promise<CallEnd> {
  let isRefused = false;
  const steps = new CallSteps({
    limits: turn.limits,
    recorded: call.recordedSteps.filter(({ name }) => name !== inputStepName),
    async record(step) {
      if (await recorder.recordToolStep(call, step)) return;
      isRefused = true;
      throw new Error(`The step ${JSON.stringify(step.name)} could not be recorded.`);
    },
  });
  const end = await withinDeadline(turn, call, tool, run, steps);
  await steps.settled();
  // A tool that went on all the same has a result that its record does not bear out.
  return isRefused ? interrupted(abortedText, end.durationMs) : end;
}
