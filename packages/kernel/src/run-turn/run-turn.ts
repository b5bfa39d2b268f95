import type { FinishReason, TurnError } from '../event.ts';
import type { StepChange } from '../hooks.ts';
import { appendUserContent } from '../messages-from-chunks.ts';
import type { RunTurnOptions, TurnEnd, TurnOutcome } from './options.ts';
import { endOf, runStep, usageAttributes } from './run-step.ts';
import { describeError, Turn, turnError } from './turn.ts';
import { leftBehind, withinGrace } from './within-grace.ts';

/** How the turn's steps came to an end. */
interface Ending {
  readonly finishReason: FinishReason;
  readonly error?: TurnError;
  /** Set where it was handed over with the last step. */
  readonly end?: TurnEnd;
  readonly isSuspended?: true;
}

/**
 * Carries one turn to its end (KERNEL.md). Never rejects for what a provider, a tool, a hook or a
 * callback does: those become events and a `finishReason`. Turns do not share anything; any number
 * may run at once.
 */
export async function runTurn(options: RunTurnOptions): Promise<TurnOutcome> {
  const turn = new Turn(options);
  const { message, resume } = options;
  if (message !== undefined && resume === undefined) turn.addOwnMessage(message);
  let ending: Ending;
  try {
    ending = await runSteps(turn);
  } catch (fault) {
    const error = turnError('internal', 'The host failed while it ran the turn.');
    const attributes = { error: turn.redacted(describeError(fault)) };
    options.logger.error('a turn failed', attributes, turn.span.context);
    turn.emit({ type: 'error', error });
    ending = { finishReason: 'error', error };
  }
  const outcome = conclude(turn, ending);
  await tellHooks(turn, outcome);
  turn.abort.dispose();
  turn.timer.dispose();
  return outcome;
}

async function runSteps(turn: Turn): Promise<Ending> {
  const { options } = turn;
  const { resume } = options;
  for (let index = resume?.stepIndex ?? 0; ; index += 1) {
    // What a model has answered and calls have done is committed, whatever comes in between.
    const isRecorded = resume?.response !== undefined && index === resume.stepIndex;
    if (turn.abort.isAborted && !isRecorded) return { finishReason: 'aborted' };
    const { isAborted } = turn.abort;
    if (!isAborted && options.suspendSignal?.aborted === true) {
      return { finishReason: 'stop', isSuspended: true };
    }
    const stopped = isAborted ? undefined : await beforeStep(turn, index);
    if (turn.abort.isAborted && !isRecorded) return { finishReason: 'aborted' };
    if (stopped !== undefined && !isRecorded) {
      turn.emit({ type: 'error', error: stopped });
      return { finishReason: 'error', error: stopped };
    }
    const outcome = await runStep(turn, index);
    if (outcome.next === 'suspend') return { finishReason: 'stop', isSuspended: true };
    if (outcome.next === 'end') return outcome;
    const failed = await steer(turn);
    if (failed !== undefined) return { finishReason: 'error', error: failed };
  }
}

/** Asks the hooks what the model is sent with this step; an error ends the turn before it. */
async function beforeStep(turn: Turn, index: number): Promise<TurnError | undefined> {
  const { hooks = [], conversationId, turnId, system, logger } = turn.options;
  for (const hook of hooks) {
    if (hook.beforeStep === undefined) continue;
    let change: StepChange | undefined | typeof leftBehind;
    try {
      const answer = hook.beforeStep({
        conversationId,
        turnId,
        stepId: `${turnId}#${index}`,
        index,
        ...(system === undefined ? undefined : { system }),
        messages: turn.messages,
        ...(turn.usage === undefined ? undefined : { usage: turn.usage }),
      });
      change = await withinGrace(turn, answer);
    } catch (error) {
      turn.warn('a hook failed before a step', error, hook.name);
      continue;
    }
    if (change === leftBehind) return undefined;
    if (change === undefined) continue;
    if (change.stop !== undefined) return turnError(change.stop.code, change.stop.message);
    if (change.replace !== undefined && hook.isCompaction !== true) {
      turn.warn('a hook that is no compaction can not replace messages', 'not heeded', hook.name);
    } else if (change.replace !== undefined) {
      turn.replaceMessages(change.replace);
    }
    if (change.append !== undefined) turn.messages.push(...change.append);
    const attributes = {
      hook: hook.name,
      index,
      replaced: hook.isCompaction === true ? (change.replace?.length ?? 0) : 0,
      appended: change.append?.length ?? 0,
    };
    logger.openSpan('hook', { parent: turn.span.context, attributes }).close();
  }
  return undefined;
}

/** Takes in what was queued, at a tool boundary. */
async function steer(turn: Turn): Promise<TurnError | undefined> {
  const { host, logger } = turn.options;
  if (host?.takeSteering === undefined || turn.abort.isAborted) return undefined;
  try {
    const steered = await host.takeSteering();
    if (steered.length === 0) return undefined;
    appendUserContent(
      turn.messages,
      steered.flatMap((one) => one.content),
    );
    const messages = steered.map(({ queueId, message }) => ({ queueId, message }));
    turn.emit({ type: 'steering', messages });
    return undefined;
  } catch (failure) {
    const attributes = { error: turn.redacted(describeError(failure)) };
    logger.error('queued messages could not be taken', attributes, turn.span.context);
    const error = turnError('store-unavailable', 'Queued messages could not be committed.');
    turn.emit({ type: 'error', error });
    return error;
  }
}

function conclude(turn: Turn, ending: Ending): TurnOutcome {
  const { finishReason, error, isSuspended } = ending;
  const end = ending.end ?? endOf(turn, finishReason);
  if (isSuspended !== true) turn.emit({ type: 'done', ...end });
  turn.span.close({
    status: error === undefined ? 'ok' : 'error',
    attributes: {
      finishReason: isSuspended === true ? 'suspended' : finishReason,
      steps: turn.committedSteps,
      ...(end.usage === undefined ? undefined : usageAttributes(end.usage)),
      ...(error === undefined ? undefined : { 'error.code': error.code }),
    },
  });
  return {
    ...end,
    ...(error === undefined ? undefined : { error }),
    steps: turn.committedSteps,
    messages: turn.added,
    ...(isSuspended === true ? { isSuspended } : undefined),
    isEndCommitted: ending.end !== undefined && turn.options.host?.onStepComplete !== undefined,
  };
}

async function tellHooks(turn: Turn, outcome: TurnOutcome): Promise<void> {
  for (const hook of turn.options.hooks ?? []) {
    try {
      await withinGrace(turn, hook.onTurnEnd?.(outcome));
    } catch (error) {
      turn.warn('a hook failed at the end of a turn', error, hook.name);
    }
  }
}
