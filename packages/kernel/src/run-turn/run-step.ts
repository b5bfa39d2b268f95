import type { RoledChunk } from '../chunk.ts';
import type { FinishReason, StepFinishReason, TurnError } from '../event.ts';
import type { Attributes, Span } from '../logging.ts';
import { appendChunks } from '../messages-from-chunks.ts';
import type { Usage } from '../usage.ts';
import { askProvider } from './ask-provider.ts';
import { notRun, refused } from './call.ts';
import type { CompletedStep, StepResponse, TurnEnd } from './options.ts';
import { ResponseReader, type StreamEnd } from './response.ts';
import { retell } from './retell.ts';
import type { Step } from './step.ts';
import { StepCalls } from './step-calls.ts';
import { describeError, type Turn, turnError } from './turn.ts';

/** What comes after a step. */
export type StepOutcome =
  | { readonly next: 'step' }
  | { readonly next: 'suspend' }
  | {
      readonly next: 'end';
      readonly finishReason: FinishReason;
      readonly error?: TurnError;
      readonly end?: TurnEnd;
    };

/** One model response and the calls it asked for, committed. */
export async function runStep(turn: Turn, index: number): Promise<StepOutcome> {
  const { options } = turn;
  const stepId = `${options.turnId}#${index}`;
  const span = options.logger.openSpan('step', {
    parent: turn.span.context,
    stepId,
    attributes: { index },
  });
  try {
    return await carryThrough(turn, { stepId, index, span });
  } finally {
    // Closed already, unless a fault of the host's came in between.
    span.close({ status: 'error' });
  }
}

async function carryThrough(turn: Turn, step: Step): Promise<StepOutcome> {
  const { options } = turn;
  const { stepId, index, span } = step;
  turn.emit({ type: 'step-start', stepId, index });
  const recorded = options.resume?.stepIndex === index ? options.resume : undefined;
  const calls = new StepCalls(turn, step, recorded?.response && (recorded.calls ?? []));
  const response = await respond(turn, step, calls, recorded?.response);
  const end = await runCalls(turn, calls, response, recorded?.response !== undefined);
  if (calls.refusal !== undefined) return storeFailed(turn, step, calls.refusal.error);
  if (calls.isSuspended && end.reason === 'tool-calls') {
    span.close({ attributes: { suspended: true } });
    return { next: 'suspend' };
  }
  return completeStep(turn, step, calls, response, end);
}

type Response = Omit<StepResponse, 'finishReason'> & { readonly end: StreamEnd };

async function respond(
  turn: Turn,
  step: Step,
  calls: StepCalls,
  recorded: StepResponse | undefined,
): Promise<Response> {
  const { stepId, index } = step;
  if (recorded !== undefined) {
    retell(turn, recorded, calls);
    const { chunks, usage, timings } = recorded;
    return {
      stepId,
      index,
      chunks,
      end: { reason: recorded.finishReason === 'stop' ? 'stop' : 'tool-calls' },
      ...(usage === undefined ? undefined : { usage }),
      ...(timings === undefined ? undefined : { timings }),
    };
  }
  tellPrompt(turn, step);
  const reader = new ResponseReader(turn, stepId, calls);
  const end = await askProvider(turn, step, reader);
  const { chunks, usage, timings } = reader;
  return {
    stepId,
    index,
    chunks,
    end,
    ...(usage === undefined ? undefined : { usage }),
    ...(timings === undefined ? undefined : { timings }),
  };
}

/** The exact prompt, before the provider's transformation, as what it adds to the one before. */
function tellPrompt(turn: Turn, step: Step): void {
  const { system, logger } = turn.options;
  const texts: string[] = [];
  let text = '';
  if (turn.promptedMessages === 0) {
    texts.push('{"tools":', turn.toolset.text);
    text = `${system === undefined ? '' : `,"system":${JSON.stringify(system)}`}}\n`;
  }
  for (let index = turn.promptedMessages; index < turn.messages.length; index += 1) {
    text += `${JSON.stringify(turn.messages[index])}\n`;
  }
  turn.promptedMessages = turn.messages.length;
  const chain = turn.promptChain;
  const span = logger.openSpan('prompt', {
    parent: step.span.context,
    attributes: { messages: turn.messages.length },
  });
  span.close({ body: chain.append(span.context.spanId, ...texts, text) });
}

/** The calls of the response, and what the step ends in. */
async function runCalls(
  turn: Turn,
  calls: StepCalls,
  response: Response,
  isRecorded: boolean,
): Promise<StreamEnd> {
  const { end, ...rest } = response;
  const hasEndedWell = end.reason === 'stop' || end.reason === 'tool-calls';
  if (!hasEndedWell || turn.abort.isAborted) {
    await calls.refuseWaiting(
      turn.abort.isAborted
        ? notRun
        : () => refused(`The call was not run: the model's answer broke off (${end.reason}).`),
    );
    return end.reason === 'error' || !turn.abort.isAborted ? end : { reason: 'aborted' };
  }
  if (calls.calls.length === 0) return { reason: 'stop' };
  await calls.runAll(isRecorded ? undefined : () => ({ ...rest, finishReason: 'tool-calls' }));
  // An abort that came while the calls were put away is for who takes them up: they have no result.
  return { reason: turn.abort.isAborted && !calls.isSuspended ? 'aborted' : 'tool-calls' };
}

async function completeStep(
  turn: Turn,
  step: Step,
  calls: StepCalls,
  response: Response,
  streamEnd: StreamEnd,
): Promise<StepOutcome> {
  const { stepId, index, span } = step;
  const error = failureOf(streamEnd, calls);
  const finishReason: StepFinishReason = error === undefined ? streamEnd.reason : 'error';
  const takeUsageBack = turn.addUsage(response.usage);
  const chunks: RoledChunk[] = [];
  for (const chunk of response.chunks) chunks.push({ role: 'assistant', chunk });
  for (const { result } of calls.calls) {
    if (result !== undefined) chunks.push({ role: 'tool', chunk: result });
  }
  if (error !== undefined) {
    const { code, message } = error;
    chunks.push({ role: 'assistant', chunk: { type: 'error', code, message } });
  }
  appendChunks(turn.messages, chunks);
  const turnFinish = turnFinishOf(finishReason, index, turn.limits.maxSteps);
  const end = turnFinish === undefined ? undefined : endOf(turn, turnFinish);
  const { usage, timings } = response;
  const completed: CompletedStep = {
    stepId,
    index,
    chunks,
    finishReason,
    ...(usage === undefined ? undefined : { usage }),
    ...(timings === undefined ? undefined : { timings }),
    toolCalls: calls.calls.length,
    ...(end === undefined ? undefined : { end }),
  };
  let committedSeq = 0;
  try {
    committedSeq = (await turn.options.host?.onStepComplete?.(completed))?.committedSeq ?? 0;
  } catch (failure) {
    takeUsageBack();
    return storeFailed(turn, step, failure);
  }
  turn.committedSteps += 1;
  if (error !== undefined) turn.emit({ type: 'error', stepId, error });
  turn.emit({
    type: 'step-complete',
    stepId,
    finishReason,
    ...(usage === undefined ? undefined : { usage }),
    ...timings,
    committedSeq,
  });
  closeStep(span, completed, error);
  if (turnFinish === undefined || end === undefined) return { next: 'step' };
  return {
    next: 'end',
    finishReason: turnFinish,
    end,
    ...(error === undefined ? undefined : { error }),
  };
}

const verdictMessages = {
  'no-progress': 'The same calls brought the same results again and again.',
  'too-many-errors': 'In several steps in a row every call failed.',
};

function failureOf(end: StreamEnd, calls: StepCalls): TurnError | undefined {
  if (end.reason === 'error') {
    const { code, message, retryable } = end.error;
    return { code, message, retryable };
  }
  if (end.reason !== 'tool-calls') return undefined;
  return calls.verdict && turnError(calls.verdict, verdictMessages[calls.verdict]);
}

/** How the turn ends with a step that ended so; undefined: it goes on. */
function turnFinishOf(
  finishReason: StepFinishReason,
  index: number,
  maxSteps: number,
): FinishReason | undefined {
  if (finishReason !== 'tool-calls') return finishReason;
  return maxSteps > 0 && index + 1 >= maxSteps ? 'max-steps' : undefined;
}

export function endOf(turn: Turn, finishReason: FinishReason): TurnEnd {
  const { usage, durationMs, contextSize } = turn;
  return {
    finishReason,
    ...(usage === undefined ? undefined : { usage }),
    durationMs,
    ...(contextSize === undefined ? undefined : { contextSize }),
  };
}

function storeFailed(turn: Turn, step: Step, failure: unknown): StepOutcome {
  const error = turnError('store-unavailable', 'What this step said could not be committed.');
  turn.options.logger.error(
    'a step could not be committed',
    { error: turn.redacted(describeError(failure)) },
    step.span.context,
  );
  turn.emit({ type: 'error', stepId: step.stepId, error });
  step.span.close({ status: 'error', attributes: { 'error.code': error.code } });
  return { next: 'end', finishReason: 'error', error };
}

function closeStep(span: Span, step: CompletedStep, error: TurnError | undefined): void {
  const { finishReason, toolCalls, timings, usage } = step;
  span.close({
    status: error === undefined ? 'ok' : 'error',
    attributes: {
      finishReason,
      toolCalls,
      ...timings,
      ...(usage === undefined ? undefined : usageAttributes(usage)),
      ...(error === undefined ? undefined : { 'error.code': error.code }),
    },
  });
}

/** `usage.inputTokens` and the like (WIRE.md section 7). */
export function usageAttributes(usage: Usage): Attributes {
  return {
    'usage.inputTokens': usage.inputTokens,
    'usage.outputTokens': usage.outputTokens,
    'usage.reasoningTokens': usage.reasoningTokens,
    'usage.cacheReadTokens': usage.cacheReadTokens,
    'usage.cacheWriteTokens': usage.cacheWriteTokens,
  };
}
