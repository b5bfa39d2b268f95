import type { StartTurnRecord, StartTurnResult } from '@dispatch/contracts';
import { adoptBlobs } from './blob-owners.ts';
import { openConversation } from './conversations.ts';
import { appendChunks, type ConversationState, type MemoryState, type TurnState } from './state.ts';

export function startTurn(state: MemoryState, start: StartTurnRecord): StartTurnResult {
  const conversation = openConversation(state, start.conversationId, start.create, start.at);
  return answerRepetition(conversation, start) ?? beginTurn(state, conversation, start);
}

function answerRepetition(
  conversation: ConversationState,
  start: StartTurnRecord,
): StartTurnResult | undefined {
  const { turnId } = start;
  const turn = conversation.turns.find((one) => one.turnId === turnId);
  if (turn !== undefined) {
    const isUntouched = turn.epoch === 1 && turn.owner === start.owner && turn.end === undefined;
    return isUntouched ? started(turn) : { outcome: 'repeated', turnId };
  }
  const entry = conversation.idempotency.get(`turn:${start.idempotencyKey}`);
  if (entry !== undefined) return { outcome: 'repeated', turnId: entry.id };
  if (conversation.running === undefined) return undefined;
  return { outcome: 'busy', turnId: conversation.running.turnId };
}

function beginTurn(
  state: MemoryState,
  conversation: ConversationState,
  start: StartTurnRecord,
): StartTurnResult {
  const taken = start.takeQueue === true ? conversation.queue : [];
  const chunks = [...start.chunks, ...taken.flatMap((message) => message.chunks)];
  if (start.takeQueue === true && chunks.length === 0) return { outcome: 'nothing-queued' };
  adoptBlobs(state, start.conversationId, start.blobIds);
  if (start.takeQueue === true) conversation.queue = [];
  state.conversations.set(conversation.conversationId, conversation);
  const previousSeq = conversation.chunks.length;
  appendChunks(conversation, start.turnId, chunks, start.at);
  const turn: TurnState = {
    turnId: start.turnId,
    model: start.model,
    settings: start.settings,
    origin: start.origin,
    previousSeq,
    messageSeq: conversation.chunks.length,
    startedAt: start.at,
    taken,
    owner: start.owner,
    epoch: 1,
    leaseUntil: state.now() + start.leaseMs,
    attempts: 0,
    eventNumber: 0,
    steps: [],
    isAbortRequested: false,
    ledger: new Map(),
    toolSteps: new Map(),
  };
  conversation.turns.push(turn);
  conversation.running = turn;
  if (start.idempotencyKey !== undefined) {
    const entry = { id: start.turnId, position: 0, at: start.at };
    conversation.idempotency.set(`turn:${start.idempotencyKey}`, entry);
  }
  return started(turn);
}

function started(turn: TurnState): StartTurnResult {
  const { epoch, previousSeq, messageSeq, taken } = turn;
  return { outcome: 'started', epoch, previousSeq, lastSeq: messageSeq, taken };
}
