import type { LedgerCall, TurnLease } from '@dispatch/contracts';
import { fence } from './fence.ts';
import { invalidInput } from './refusals.ts';
import type { MemoryState, TurnState } from './state.ts';

/** The running turn, where the step is the one under way. */
function fenceStep(state: MemoryState, lease: TurnLease, stepId: string): TurnState {
  const { turn } = fence(state, lease);
  if (stepId === `${turn.turnId}#${turn.steps.length}`) return turn;
  throw invalidInput(`The step ${stepId} is not under way.`);
}

export function recordResponse(
  state: MemoryState,
  lease: TurnLease,
  stepId: string,
  json: string,
): void {
  fenceStep(state, lease, stepId).response = json;
}

export function recordCallStart(
  state: MemoryState,
  lease: TurnLease,
  stepId: string,
  callId: string,
): void {
  const { ledger } = fenceStep(state, lease, stepId);
  if (!ledger.has(callId)) ledger.set(callId, undefined);
}

export function recordCallEnd(
  state: MemoryState,
  lease: TurnLease,
  stepId: string,
  callId: string,
  json: string,
): void {
  fenceStep(state, lease, stepId).ledger.set(callId, json);
}

export function recordToolStep(
  state: MemoryState,
  lease: TurnLease,
  stepId: string,
  callId: string,
  name: string,
  json: string,
): void {
  const { ledger, toolSteps } = fenceStep(state, lease, stepId);
  // A step tells that its call was started.
  if (!ledger.has(callId)) ledger.set(callId, undefined);
  const steps = toolSteps.get(callId) ?? [];
  if (steps.some((step) => step.name === name)) return;
  toolSteps.set(callId, [...steps, { name, json }]);
}

export function viewLedger({ ledger, toolSteps }: TurnState): LedgerCall[] {
  return [...ledger].map(([callId, json]) => {
    const steps = toolSteps.get(callId);
    return {
      callId,
      ...(json === undefined ? {} : { resultJson: json }),
      ...(steps === undefined ? {} : { steps }),
    };
  });
}

export function clearLedger(turn: TurnState): void {
  turn.ledger.clear();
  turn.toolSteps.clear();
  delete turn.response;
}
