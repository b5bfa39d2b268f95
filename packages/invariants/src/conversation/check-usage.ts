import type { InspectedTurn } from '@dispatch/contracts';
import { addUsage, type Usage } from '@dispatch/kernel';
import { isSameUsage, usageCounts } from '../same-usage.ts';
import type { Inspected } from './inspected.ts';

/** A turn's usage is the sum over its committed steps (WIRE.md section 3), where it is given. */
export function checkUsage({ inspection, report }: Inspected): void {
  for (const turn of inspection.turns) {
    const { turnId } = turn;
    const sum = turn.steps.reduce<Usage | undefined>(
      (total, step) => addUsage(total, step.metrics.usage),
      undefined,
    );
    for (const usage of [turn.usage, turn.end?.usage]) {
      if (usage === undefined || isSameUsage(usage, sum)) continue;
      const message = `The turn says ${describe(usage)}, its steps ${describe(sum)}.`;
      report('usage-mismatch', message, { turnId });
      break;
    }
    const contextSize = turn.end?.contextSize;
    if (contextSize === undefined || contextSize === lastContextSize(turn)) continue;
    const message = `The contextSize is ${contextSize}, by the last step ${lastContextSize(turn)}.`;
    report('context-size-mismatch', message, { turnId });
  }
}

function describe(usage: Usage | undefined): string {
  if (usage === undefined) return 'nothing';
  return usageCounts
    .filter((name) => usage[name] !== undefined)
    .map((name) => `${name} ${usage[name]}`)
    .join(', ');
}

function lastContextSize({ steps }: InspectedTurn): number | undefined {
  const usage = steps.at(-1)?.metrics.usage;
  return usage === undefined ? undefined : usage.inputTokens + usage.outputTokens;
}
