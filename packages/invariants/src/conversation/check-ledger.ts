import type { InspectedTurn, LedgerCall } from '@dispatch/contracts';
import type { Inspected } from './inspected.ts';
import { parseChunk, parseJson } from './parse-chunk.ts';
import { parseResponse, type RecordedResponse } from './parse-response.ts';

/** What was recorded of the step under way: it belongs to that step and to no other. */
export function checkLedger(inspected: Inspected): void {
  const { inspection, running, report } = inspected;
  const { responseJson, calls } = inspection.ledger;
  if (responseJson === undefined && calls.length === 0) return;
  const turn = running.at(-1);
  if (turn === undefined) {
    report('ledger-without-turn', `No turn runs, and the ledger has ${calls.length} calls.`);
    return;
  }
  const { turnId } = turn;
  const parsed = responseJson === undefined ? undefined : parseResponse(responseJson);
  if (parsed?.ok === false) {
    report('ledger-response-invalid', `The response can not be read: ${parsed.problem}`, {
      turnId,
    });
  }
  const response = parsed?.ok === true ? parsed.response : undefined;
  const stepId = `${turnId}#${turn.stepsCommitted}`;
  if (response !== undefined) checkStep(inspected, turn, response, stepId);
  // Where the response can not be read nothing can be said of which calls are its.
  if (parsed?.ok === false) return;
  const seen = new Set<string>();
  for (const call of calls) {
    if (seen.has(call.callId)) {
      report('ledger-call-repeated', `The call ${call.callId} was started twice.`, { turnId });
    }
    seen.add(call.callId);
    checkLedgerCall(inspected, turn, response, call);
  }
}

function checkStep(
  { chunks, report }: Inspected,
  { turnId, stepsCommitted }: InspectedTurn,
  response: RecordedResponse,
  stepId: string,
): void {
  if (response.stepId !== stepId || response.index !== stepsCommitted) {
    const message = `The response is of ${response.stepId} (${response.index}); ${stepId} is under way.`;
    report('ledger-step-mismatch', message, { turnId });
  }
  for (const { stored, chunk } of chunks) {
    if (chunk?.type !== 'tool-call' || !response.calls.has(chunk.callId)) continue;
    const message = `The call ${chunk.callId} of the response stands in the history already.`;
    report('call-id-repeated', message, { turnId, seq: stored.seq });
  }
}

function checkLedgerCall(
  { report }: Inspected,
  { turnId }: InspectedTurn,
  response: RecordedResponse | undefined,
  { callId, resultJson, steps }: LedgerCall,
): void {
  const call = response?.calls.get(callId);
  if (call === undefined) {
    const message = `The call ${callId} is not of the response that was recorded.`;
    report('ledger-call-unknown', message, { turnId });
  }
  if (resultJson !== undefined) {
    const parsed = parseChunk(resultJson);
    const result = parsed.ok && parsed.chunk.type === 'tool-result' ? parsed.chunk : undefined;
    const isOwn =
      result?.callId === callId &&
      (call === undefined || (result.name === call.name && result.stepId === call.stepId));
    if (!isOwn) {
      const message = `What was recorded as the result of ${callId} is not its.`;
      report('ledger-result-invalid', message, { turnId });
    }
  }
  const names = new Set<string>();
  for (const { name, json } of steps ?? []) {
    const problem = names.has(name) ? 'is recorded twice' : 'is not JSON';
    if (names.has(name) || !parseJson(json).ok) {
      const message = `The step ${JSON.stringify(name)} of ${callId} ${problem}.`;
      report('ledger-tool-step-invalid', message, { turnId });
    }
    names.add(name);
  }
}
