import type { StepResponse } from './options.ts';
import type { StepCalls } from './step-calls.ts';
import type { Turn } from './turn.ts';

/** Tells a recorded response again: same text, same calls, same ids. */
export function retell(turn: Turn, response: StepResponse, calls: StepCalls): void {
  const { stepId, usage } = response;
  for (const chunk of response.chunks) {
    if (chunk.type === 'text') turn.emit({ type: 'text-delta', stepId, delta: chunk.text });
    else if (chunk.type === 'tool-call') {
      turn.claimCallId(chunk.callId);
      calls.add(chunk);
    } else if (chunk.type === 'reasoning' && chunk.text !== '') {
      turn.emit({ type: 'reasoning-delta', stepId, delta: chunk.text });
    }
  }
  if (usage !== undefined) turn.emit({ type: 'usage', stepId, usage });
}
