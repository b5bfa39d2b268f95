import type { QueueEntry, StepMetrics, TurnMetrics } from '@dispatch/contracts';
import {
  type StepMetrics as ToldStep,
  type TurnMetrics as ToldTurn,
  tellTime,
} from '@dispatch/wire';

/** As `GET /conversations/:id/queue` gives it. */
export function viewQueueEntry({ queueId, message, createdAt }: QueueEntry) {
  return { queueId, message, createdAt: tellTime(createdAt) };
}

/** What was not measured, or is not over, is null. */
export function viewTurnMetrics(turn: TurnMetrics): ToldTurn {
  return {
    turnId: turn.turnId,
    model: turn.model,
    finishReason: turn.finishReason ?? null,
    usage: turn.usage ?? null,
    durationMs: turn.durationMs ?? null,
    contextSize: turn.contextSize ?? null,
    steps: turn.steps.map(viewStepMetrics),
  };
}

function viewStepMetrics(step: StepMetrics): ToldStep {
  return {
    stepId: step.stepId,
    usage: step.usage ?? null,
    ttftMs: step.ttftMs ?? null,
    decodeMs: step.decodeMs ?? null,
    genTotalMs: step.genTotalMs ?? null,
    toolCalls: step.toolCalls,
  };
}
