import type { StepItem, TurnItem } from './conversation-view.ts';

/** The items with the step changed; it is added at their end where it is not there yet. */
export function changeStep(
  items: readonly TurnItem[],
  stepId: string,
  change: (step: StepItem) => StepItem,
): readonly TurnItem[] {
  const index = items.findLastIndex((item) => item.type === 'step' && item.stepId === stepId);
  const step = items[index];
  return step?.type === 'step'
    ? items.with(index, change(step))
    : [...items, change({ type: 'step', stepId, reasoning: '', text: '', calls: [] })];
}

export function withoutStep(items: readonly TurnItem[], stepId: string): readonly TurnItem[] {
  return items.filter((item) => item.type !== 'step' || item.stepId !== stepId);
}
