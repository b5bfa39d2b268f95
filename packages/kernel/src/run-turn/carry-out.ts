import type { JsonValue } from '../json.ts';
import type { Tool } from '../tool.ts';
import {
  type Call,
  type CallEnd,
  interrupted,
  notRun,
  refused,
  unknownOutcomeText,
} from './call.ts';
import type { CallRecorder } from './call-recorder.ts';
import { inputStepName } from './call-steps.ts';
import { decideCall } from './decide-call.ts';
import { problemOf } from './parse-input.ts';
import { resumeCall } from './resume-call.ts';
import { runDurably } from './run-durably.ts';
import { withinDeadline } from './run-tool.ts';
import type { Step } from './step.ts';
import type { Turn } from './turn.ts';

/** Why a call does not even come to be decided on; undefined: it may run. Pure. */
export function refusalOf(turn: Turn, call: Call): CallEnd | undefined {
  const { maxCallsPerStep } = turn.limits;
  if (call.position >= maxCallsPerStep) {
    return refused(
      `The call was not run: one step may have ${maxCallsPerStep} calls. Ask for the rest in the next one.`,
    );
  }
  const { name, input } = call.chunk;
  if (call.tool === undefined) {
    return call.hadStarted ? interrupted(unknownOutcomeText) : refused(unknownTool(turn, name));
  }
  const problem = problemOf(input);
  return problem === undefined ? undefined : refused(problem);
}

/**
 * Takes one call from the check of its input to its end. Undefined where it waits for a person and
 * the turn is put away. Leaving the semaphore is up to the caller.
 */
export async function carryOut(
  turn: Turn,
  step: Step,
  call: Call,
  tool: Tool,
  recorder: CallRecorder,
): Promise<CallEnd | undefined> {
  if (turn.abort.isOver) return notRun(call);
  let input = recordedInputOf(call);
  let prepared = tool.prepare(input);
  if (!prepared.ok) {
    return call.hadStarted
      ? interrupted(unknownOutcomeText)
      : refused(invalidInput(tool, prepared.message));
  }
  const { callId, name } = call.chunk;
  const { effect } = tool;
  call.span = turn.options.logger.openSpan('tool-call', {
    parent: step.span.context,
    attributes: { tool: name, callId, effect },
  });
  if (!call.hadStarted && turn.options.hooks !== undefined) {
    const plan = await decideCall(turn, call, tool, recorder);
    if (plan.kind === 'suspend') return undefined;
    if (plan.kind === 'end') return plan.end;
    input = plan.input;
    if (call.inputChangedBy !== undefined) prepared = tool.prepare(input);
    if (!prepared.ok) return refused(invalidInput(tool, prepared.message));
  }
  const { run } = prepared;
  if (call.place?.reached !== undefined) await call.place.reached;
  const admitted = turn.semaphore.acquire(tool.isConcurrent);
  call.place?.leave();
  await admitted;
  call.hasPermit = true;
  if (turn.abort.isOver) return notRun(call);
  if (effect !== 'pure' && !(await recordBegin(recorder, call, tool, input))) {
    return refused('The call was not run: its start could not be recorded.');
  }
  if (turn.abort.isOver) return notRun(call);
  call.hasRun = true;
  const found = call.hadStarted ? await resumeCall(turn, call, tool, input) : undefined;
  if (found !== undefined) return found;
  if (tool.isDurable !== true || effect === 'pure') return withinDeadline(turn, call, tool, run);
  return runDurably(turn, call, tool, recorder, run);
}

/** What the tool was given when its host was lost, if a hook had changed it. */
function recordedInputOf(call: Call): JsonValue {
  const step = call.recordedSteps.find(({ name }) => name === inputStepName);
  return step === undefined ? call.chunk.input : step.value;
}

/** A call that had started runs again without the hooks being asked: what they changed comes first. */
async function recordBegin(
  recorder: CallRecorder,
  call: Call,
  { effect, isDurable }: Tool,
  input: JsonValue,
): Promise<boolean> {
  const mayRunAgain = effect !== 'unsafe' || isDurable === true;
  if (call.inputChangedBy !== undefined && mayRunAgain) {
    const step = { name: inputStepName, value: input };
    if (!(await recorder.recordToolStep(call, step))) return false;
  }
  return recorder.recordStart(call);
}

function unknownTool(turn: Turn, name: string): string {
  const names = [...turn.toolset.tools.keys()];
  const offer = names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;
  return `There is no tool ${JSON.stringify(name)}. ${offer}`;
}

function invalidInput(tool: Tool, message: string): string {
  return `The input does not fit ${tool.name}: ${message} Call it again with an input that fits its schema.`;
}
