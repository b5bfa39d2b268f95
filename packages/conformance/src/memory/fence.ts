import type { TurnLease } from '@dispatch/contracts';
import { staleEpoch } from './refusals.ts';
import type { ConversationState, MemoryState, TurnState } from './state.ts';

export interface Fenced {
  readonly conversation: ConversationState;
  readonly turn: TurnState;
}

/** The turn that a lease stands for, sealed ones included: the caller's answer to a repetition. */
export function findTurn(state: MemoryState, lease: TurnLease): Fenced {
  const conversation = state.conversations.get(lease.conversationId);
  const turn = conversation?.turns.find((one) => one.turnId === lease.turnId);
  if (conversation === undefined || turn === undefined || turn.epoch !== lease.epoch) {
    throw staleEpoch(lease.turnId);
  }
  return { conversation, turn };
}

/** The running turn that a lease gives the right to write to. */
export function fence(state: MemoryState, lease: TurnLease): Fenced {
  const found = findTurn(state, lease);
  if (found.turn.end !== undefined) throw staleEpoch(lease.turnId);
  return found;
}
