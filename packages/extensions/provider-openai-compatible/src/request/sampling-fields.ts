import type { Sampling } from '@dispatch/kernel';
import type { Dialect, SamplingField } from '../dialects.ts';

export interface SamplingFields {
  /** As the request's body says them, in a fixed order. */
  readonly fields: Readonly<Record<string, number | string>>;
  /** What was asked for and the model does not take. */
  readonly dropped: readonly SamplingField[];
}

/** What of the sampling a model is sent, in its dialect. Pure. */
export function samplingFields(
  sampling: Sampling,
  dialect: Dialect,
  model: string,
): SamplingFields {
  // A router names models with their maker in front.
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const untaken = dialect.untaken.find((entry) => entry.model.test(name))?.fields ?? [];
  const names: readonly (readonly [SamplingField, string])[] = [
    ['temperature', 'temperature'],
    ['topP', 'top_p'],
    ['maxOutputTokens', dialect.outputLimit],
    ['reasoningEffort', 'reasoning_effort'],
  ];
  const fields: Record<string, number | string> = {};
  const dropped: SamplingField[] = [];
  for (const [field, key] of names) {
    const value = sampling[field];
    if (value === undefined) continue;
    if (untaken.includes(field)) dropped.push(field);
    else fields[key] = value;
  }
  return { fields, dropped };
}
