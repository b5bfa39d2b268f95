import type {
  ClaimedTurn,
  ClaimTurns,
  OwnedTurn,
  TurnLease,
  TurnMetrics,
  TurnRecord,
} from '@dispatch/contracts';
import type { Usage } from '@dispatch/kernel';
import { findConversation } from './conversations.ts';
import { fence } from './fence.ts';
import { viewLedger } from './ledger.ts';
import { type ConversationState, isWaiting, type MemoryState, type TurnState } from './state.ts';

export function renewLeases(
  state: MemoryState,
  owner: string,
  leaseMs: number,
): readonly OwnedTurn[] {
  const own = runningTurns(state)
    .map(({ turn }) => turn)
    .filter((turn) => turn.owner === owner);
  for (const turn of own) turn.leaseUntil = state.now() + leaseMs;
  return own.map(({ turnId, isAbortRequested }) => ({ turnId, isAbortRequested }));
}

export function requestAbort(
  state: MemoryState,
  conversationId: string,
  turnId: string,
): string | undefined {
  const running = state.conversations.get(conversationId)?.running;
  if (running?.turnId !== turnId) return undefined;
  running.isAbortRequested = true;
  if (running.owner === '') running.leaseUntil = Number.NEGATIVE_INFINITY;
  return running.owner;
}

export function claimTurns(state: MemoryState, claim: ClaimTurns): readonly ClaimedTurn[] {
  const due = runningTurns(state)
    .filter(({ turn }) => claim.exceptTurnIds?.includes(turn.turnId) !== true)
    .filter(
      ({ turn }) =>
        turn.leaseUntil <= state.now() || (claim.includeOwn && turn.owner === claim.owner),
    )
    .sort((a, b) => a.turn.leaseUntil - b.turn.leaseUntil)
    .slice(0, claim.limit);
  return due.map(({ conversation, turn }) => {
    turn.owner = claim.owner;
    turn.epoch += 1;
    turn.attempts += 1;
    turn.leaseUntil = state.now() + claim.leaseMs;
    return {
      ...viewTurn(conversation, turn),
      attempts: turn.attempts,
      isAbortRequested: turn.isAbortRequested,
      ...(turn.response === undefined ? {} : { responseJson: turn.response }),
      calls: viewLedger(turn),
    };
  });
}

export function releaseTurn(state: MemoryState, lease: TurnLease, waitMs?: number): void {
  const { turn } = fence(state, lease);
  turn.owner = '';
  turn.epoch += 1;
  turn.attempts -= 1;
  const waits = waitMs !== undefined && !turn.isAbortRequested;
  turn.leaseUntil = waits ? state.now() + waitMs : Number.NEGATIVE_INFINITY;
}

export function wakeTurn(state: MemoryState, conversationId: string, turnId: string): boolean {
  const running = state.conversations.get(conversationId)?.running;
  if (running?.turnId !== turnId || !isWaiting(running, state.now())) return false;
  running.leaseUntil = Number.NEGATIVE_INFINITY;
  return true;
}

function runningTurns(state: MemoryState) {
  const running: { conversation: ConversationState; turn: TurnState }[] = [];
  for (const conversation of state.conversations.values()) {
    if (conversation.running === undefined) continue;
    running.push({ conversation, turn: conversation.running });
  }
  return running;
}

export function readTurn(
  state: MemoryState,
  conversationId: string,
  turnId: string | undefined,
): TurnRecord | undefined {
  const conversation = state.conversations.get(conversationId);
  const turn =
    turnId === undefined
      ? conversation?.turns.at(-1)
      : conversation?.turns.find((one) => one.turnId === turnId);
  if (conversation === undefined || turn === undefined) return undefined;
  return viewTurn(conversation, turn);
}

export function viewTurn(conversation: ConversationState, turn: TurnState): TurnRecord {
  const usage = turn.end?.usage ?? sumUsage(turn);
  return {
    conversationId: conversation.conversationId,
    turnId: turn.turnId,
    state: turn.end === undefined ? 'running' : 'sealed',
    model: turn.model,
    settings: turn.settings,
    origin: turn.origin,
    owner: turn.owner,
    epoch: turn.epoch,
    previousSeq: turn.previousSeq,
    messageSeq: turn.messageSeq,
    stepsCommitted: turn.steps.length,
    eventNumber: turn.eventNumber,
    ...(usage === undefined ? {} : { usage }),
    startedAt: turn.startedAt,
    ...(turn.lastSeq === undefined ? {} : { lastSeq: turn.lastSeq }),
    ...(turn.end === undefined ? {} : { end: turn.end }),
  };
}

function sumUsage(turn: TurnState): Usage | undefined {
  const sum: Record<string, number> = {};
  for (const { metrics } of turn.steps) {
    for (const [name, tokens] of Object.entries(metrics.usage ?? {})) {
      sum[name] = (sum[name] ?? 0) + tokens;
    }
  }
  const { inputTokens, outputTokens } = sum;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { ...sum, inputTokens, outputTokens };
}

export function readTurnMetrics(
  state: MemoryState,
  conversationId: string,
): readonly TurnMetrics[] {
  const { turns } = findConversation(state, conversationId);
  return turns.map(({ turnId, model, steps, end }) => ({
    turnId,
    model,
    ...end,
    steps: steps.map((step) => step.metrics),
  }));
}
