import { CodedError } from './coded-error.ts';
import type { NewChunk } from './store.ts';

/**
 * What can be seen of WIRE.md section 2 in one step's chunks: every call has its one result behind
 * it, no result is without its call, no id comes twice, no text is empty. Throws `invalid-input`.
 * Stores call it once for each `commitStep`; that a `callId` is new in its conversation is for them
 * to see.
 */
export function checkStepChunks(chunks: readonly NewChunk[]): void {
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const { role, json, callId } of chunks) {
    if (isEmptyText(json)) throw refusal('A text chunk is empty.');
    if (callId === undefined) continue;
    const isResult = role === 'tool';
    if (isResult && !calls.has(callId))
      throw refusal(`The result of ${callId} has no call before it.`);
    const seen = isResult ? answered : calls;
    if (seen.has(callId)) throw refusal(`The step has ${callId} twice.`);
    seen.add(callId);
  }
  for (const callId of calls) {
    if (!answered.has(callId)) throw refusal(`The call ${callId} has no result.`);
  }
}

/** An empty text chunk has room for little else: anything longer is not even searched. */
const longestEmptyText = 256;

function isEmptyText(json: string): boolean {
  if (json.length > longestEmptyText || !json.includes('"text":""')) return false;
  const chunk: { readonly type?: unknown; readonly text?: unknown } = JSON.parse(json);
  return chunk.type === 'text' && chunk.text === '';
}

function refusal(message: string): CodedError {
  return new CodedError('invalid-input', { message });
}
