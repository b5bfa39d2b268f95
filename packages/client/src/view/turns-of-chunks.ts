import type { StoredChunk } from '@dispatch/wire';
import { addCall, addResult } from './call-item.ts';
import type { TurnItem, TurnView } from './conversation-view.ts';
import { changeStep } from './step-item.ts';

/** The turns that committed chunks, in their order, make up. */
export function turnsOfChunks(chunks: readonly StoredChunk[]): TurnView[] {
  const turns: TurnView[] = [];
  for (const stored of chunks) {
    const last = turns.at(-1);
    const items = addChunk(last?.turnId === stored.turnId ? last.items : [], stored);
    const turn: TurnView = { turnId: stored.turnId, state: 'sealed', items, approvals: [] };
    if (last?.turnId === stored.turnId) turns[turns.length - 1] = turn;
    else turns.push(turn);
  }
  return turns;
}

function addChunk(items: readonly TurnItem[], { chunk }: StoredChunk): readonly TurnItem[] {
  switch (chunk.type) {
    case 'text':
      return chunk.stepId === undefined
        ? [...items, { type: 'user', part: { type: 'text', text: chunk.text } }]
        : changeStep(items, chunk.stepId, (step) => ({ ...step, text: step.text + chunk.text }));
    case 'reasoning':
      return chunk.text === ''
        ? items
        : changeStep(items, chunk.stepId, (step) => ({
            ...step,
            reasoning: step.reasoning + chunk.text,
          }));
    case 'tool-call':
      return changeStep(items, chunk.stepId, (step) => addCall(step, chunk));
    case 'tool-result':
      return changeStep(items, chunk.stepId, (step) => addResult(step, chunk));
    case 'attachment':
      return [...items, { type: 'user', part: chunk }];
    case 'error':
      return [...items, { type: 'error', code: chunk.code, message: chunk.message }];
    default:
      // A newer host's chunk: it is shown by a newer client.
      return items;
  }
}
