import type { NewChunk } from '@dispatch/contracts';
import type { Chunk, ToolCallChunk, ToolResultChunk } from '@dispatch/kernel';
import type { StepOperation } from './operations.ts';

/** A step's response and results, as a host would commit them. */
export interface BuiltStep {
  readonly response: readonly Chunk[];
  readonly calls: readonly ToolCallChunk[];
  readonly results: readonly ToolResultChunk[];
}

let count = 0;

/** Of a step with this id; every call gets an id that no other has. */
export function buildStep(stepId: string, operation: StepOperation): BuiltStep {
  const calls = operation.calls.map((): ToolCallChunk => {
    count += 1;
    return { type: 'tool-call', stepId, callId: `call_${count}`, name: 'shell', input: { count } };
  });
  const results = calls.map(({ callId, name }, index): ToolResultChunk => {
    const outcome = operation.calls[index];
    return {
      type: 'tool-result',
      stepId,
      callId,
      name,
      content: [{ type: 'text', text: `of ${callId}` }],
      isError: outcome !== 'ok',
      ...(outcome === 'interrupted' ? { interrupted: true } : { durationMs: 5 }),
    };
  });
  return { response: [...said(stepId, operation), ...calls], calls, results };
}

function said(stepId: string, { reasoning, texts }: StepOperation): Chunk[] {
  const chunks: Chunk[] = texts.map((text) => ({ type: 'text', text, stepId }));
  if (reasoning === 'plain') chunks.unshift({ type: 'reasoning', text: 'hm', stepId });
  if (reasoning === 'opaque') {
    chunks.unshift({ type: 'reasoning', text: '', stepId, providerData: { signed: 'x' } });
  }
  return chunks;
}

export function toNewChunk(chunk: Chunk): NewChunk {
  const json = JSON.stringify(chunk);
  if (chunk.type === 'tool-call') return { role: 'assistant', json, callId: chunk.callId };
  if (chunk.type === 'tool-result') return { role: 'tool', json, callId: chunk.callId };
  return { role: 'assistant', json };
}

export function userChunk(text: string): NewChunk {
  return { role: 'user', json: JSON.stringify({ type: 'text', text }) };
}
