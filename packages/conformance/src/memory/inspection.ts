import type { ConversationInspection, InspectedTurn } from '@dispatch/contracts';
import { compareCodePoints } from './compare-code-points.ts';
import { viewConversation } from './conversations.ts';
import { viewTurn } from './leases.ts';
import { viewLedger } from './ledger.ts';
import type { ConversationState, MemoryState, TurnState } from './state.ts';

export function listConversationIds(
  state: MemoryState,
  limit: number,
  afterId: string | undefined,
): readonly string[] {
  return [...state.conversations.keys()]
    .filter((id) => afterId === undefined || compareCodePoints(id, afterId) > 0)
    .sort(compareCodePoints)
    .slice(0, limit);
}

export function inspectConversation(
  state: MemoryState,
  conversationId: string,
): ConversationInspection | undefined {
  const conversation = state.conversations.get(conversationId);
  if (conversation === undefined) return undefined;
  const { chunks, turns, queue, running } = conversation;
  return {
    conversation: viewConversation(conversation, state.now()),
    chunks: [...chunks],
    turns: turns.map((turn) => inspectTurn(state, conversation, turn)),
    queue: [...queue],
    ledger: {
      ...(running?.response === undefined ? {} : { responseJson: running.response }),
      calls: running === undefined ? [] : viewLedger(running),
    },
  };
}

function inspectTurn(
  state: MemoryState,
  conversation: ConversationState,
  turn: TurnState,
): InspectedTurn {
  return {
    ...viewTurn(conversation, turn),
    steps: turn.steps.map((step, index) => ({ index, ...step })),
    ...(turn.end === undefined ? { leaseLeftMs: turn.leaseUntil - state.now() } : {}),
  };
}
