import type { Chunk, EventOf } from '@dispatch/wire';
import type { CallItem, StepItem } from './conversation-view.ts';

const maxOutputLength = 64 * 1024;

type ToolCall = EventOf<'tool-call'> | Extract<Chunk, { type: 'tool-call' }>;
type ToolResult = EventOf<'tool-result'> | Extract<Chunk, { type: 'tool-result' }>;

export function addCall(
  step: StepItem,
  { callId, name, input }: Pick<ToolCall, 'callId' | 'name' | 'input'>,
): StepItem {
  return { ...step, calls: [...step.calls, { callId, name, input, output: '' }] };
}

export function addOutput(step: StepItem, event: EventOf<'tool-output'>): StepItem {
  return changeCall(step, event.callId, (call) => ({
    ...call,
    output: (call.output + event.delta).slice(-maxOutputLength),
  }));
}

export function addResult(step: StepItem, told: ToolResult): StepItem {
  const result = {
    content: told.content,
    isError: told.isError,
    ...(told.durationMs === undefined ? {} : { durationMs: told.durationMs }),
    ...(told.interrupted === undefined ? {} : { interrupted: told.interrupted }),
  };
  // History that begins in the middle of a step: the call itself is in the part before.
  const known = step.calls.some(({ callId }) => callId === told.callId)
    ? step
    : addCall(step, { callId: told.callId, name: told.name, input: null });
  return changeCall(known, told.callId, (call) => ({ ...call, output: '', result }));
}

/** One step of two parts of history, the older one first. */
export function joinSteps(before: StepItem, after: StepItem): StepItem {
  const results = new Map(after.calls.map((call) => [call.callId, call]));
  const calls = before.calls.map((call) => {
    const { result } = results.get(call.callId) ?? {};
    results.delete(call.callId);
    return result === undefined ? call : { ...call, result };
  });
  return {
    ...before,
    reasoning: before.reasoning + after.reasoning,
    text: before.text + after.text,
    calls: [...calls, ...results.values()],
  };
}

function changeCall(
  step: StepItem,
  callId: string,
  change: (call: CallItem) => CallItem,
): StepItem {
  return {
    ...step,
    calls: step.calls.map((call) => (call.callId === callId ? change(call) : call)),
  };
}
