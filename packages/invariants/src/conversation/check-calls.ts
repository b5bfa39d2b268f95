import type { Chunk } from '@dispatch/wire';
import { type Inspected, placeOf, type ReadChunk } from './inspected.ts';

type ToolResult = Extract<Chunk, { type: 'tool-result' }>;

interface SeenCall {
  readonly callId: string;
  readonly name: string;
  readonly stepId: string;
  readonly stored: ReadChunk['stored'];
  state: 'open' | 'late' | 'answered';
}

/** Every call has its one result behind it, before the next step says anything (WIRE.md section 2). */
export function checkCalls(inspected: Inspected): void {
  const { chunks, report } = inspected;
  const calls = new Map<string, SeenCall>();
  /** Calls that wait for their result, in the order in which they were made. */
  const open = new Set<SeenCall>();
  for (const { stored, chunk } of chunks) {
    if (chunk === undefined) continue;
    if (stored.role === 'assistant' && 'stepId' in chunk) {
      for (const call of open) if (call.stepId !== chunk.stepId) call.state = 'late';
    }
    if (chunk.type === 'tool-call') {
      const before = calls.get(chunk.callId);
      if (before !== undefined) {
        const message = `The call of seq ${before.stored.seq} has the id ${chunk.callId} too.`;
        report('call-id-repeated', message, placeOf(stored));
      }
      const { callId, name, stepId } = chunk;
      const call: SeenCall = { callId, name, stepId, stored, state: 'open' };
      calls.set(callId, call);
      open.add(call);
    } else if (chunk.type === 'tool-result') {
      const call = calls.get(chunk.callId);
      checkResult(inspected, stored, chunk, call);
      if (call === undefined) continue;
      call.state = 'answered';
      open.delete(call);
    }
  }
  for (const { stored, callId } of open) {
    report('call-without-result', `The call ${callId} has no result.`, placeOf(stored));
  }
}

function checkResult(
  { report }: Inspected,
  stored: ReadChunk['stored'],
  result: ToolResult,
  call: SeenCall | undefined,
): void {
  const place = placeOf(stored);
  const { callId } = result;
  if (result.interrupted === true && !result.isError) {
    report(
      'invented-result-not-error',
      `The result of ${callId} is interrupted, but no error.`,
      place,
    );
  }
  if (call === undefined) {
    report('result-without-call', `No call ${callId} stands before its result.`, place);
    return;
  }
  if (call.state === 'answered') {
    report('result-repeated', `The call ${callId} has a result already.`, place);
  } else if (call.state === 'late') {
    report('result-late', `The result of ${callId} stands behind a later step's chunk.`, place);
  }
  if (result.name !== call.name || result.stepId !== call.stepId) {
    const message = `The result of ${callId} is of ${result.name} in ${result.stepId}, its call of ${call.name} in ${call.stepId}.`;
    report('result-mismatch', message, place);
  }
}
