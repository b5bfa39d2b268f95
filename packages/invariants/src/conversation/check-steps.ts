import type { InspectedTurn } from '@dispatch/contracts';
import { type Inspected, placeOf } from './inspected.ts';

/** A turn's steps are numbered without a gap, and each holds its own chunks, calls and results. */
export function checkSteps(inspected: Inspected): void {
  for (const turn of inspected.inspection.turns) {
    checkNumbers(inspected, turn);
    checkRanges(inspected, turn);
    checkStepIds(inspected, turn);
  }
}

function checkNumbers({ report }: Inspected, turn: InspectedTurn): void {
  const { turnId, steps, stepsCommitted } = turn;
  if (stepsCommitted !== steps.length) {
    const message = `${stepsCommitted} steps are counted, ${steps.length} are there.`;
    report('step-count-mismatch', message, { turnId });
  }
  for (const [place, { index, metrics }] of steps.entries()) {
    if (index !== place) {
      report('step-index-gap', `Step ${place} has the index ${index}.`, { turnId });
    }
    if (metrics.stepId !== `${turnId}#${index}`) {
      report('step-metrics-mismatch', `Step ${index} is called ${metrics.stepId}.`, { turnId });
    }
  }
}

function checkRanges({ report, chunks, lastSeq }: Inspected, turn: InspectedTurn): void {
  const { turnId, messageSeq } = turn;
  const endSeq = turn.lastSeq ?? lastSeq;
  let previous = messageSeq;
  for (const { index, lastSeq: stepSeq, metrics } of turn.steps) {
    if (stepSeq < previous || stepSeq > endSeq) {
      const message = `Step ${index} ends at seq ${stepSeq}; it begins behind ${previous}, and the turn ends at ${endSeq}.`;
      report('step-seq-wrong', message, { turnId });
      continue;
    }
    const committed = chunks.slice(previous, stepSeq);
    const calls = committed.filter(({ chunk }) => chunk?.type === 'tool-call').length;
    if (calls !== metrics.toolCalls) {
      const message = `Step ${index} has ${calls} calls, its metrics say ${metrics.toolCalls}.`;
      report('step-metrics-mismatch', message, { turnId });
    }
    previous = stepSeq;
  }
}

/** What a step said stands between the commit before it and its own; steered messages stand there too. */
function checkStepIds({ report, chunks, lastSeq }: Inspected, turn: InspectedTurn): void {
  const { turnId, previousSeq, messageSeq, steps } = turn;
  let at = 0;
  let seq = previousSeq;
  for (const { stored, chunk } of chunks.slice(previousSeq, turn.lastSeq ?? lastSeq)) {
    seq += 1;
    while (at < steps.length && (steps[at]?.lastSeq ?? 0) < seq) at += 1;
    if (chunk === undefined) continue;
    const isIn = seq > messageSeq && at < steps.length;
    const stepId = 'stepId' in chunk ? chunk.stepId : undefined;
    // Messages and errors are of no step, wherever they stand; all else is of the step it stands in.
    const isOfTurn = stored.role === 'user' || chunk.type === 'error';
    if (isOfTurn ? stepId === undefined : isIn && stepId === `${turnId}#${at}`) continue;
    const where = isIn ? `step ${at}` : 'no step';
    const message = `The chunk names ${stepId ?? 'no step'}, and stands in the commit of ${where}.`;
    report('chunk-step-wrong', message, placeOf(stored));
  }
}
