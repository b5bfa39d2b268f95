import {
  type CommitResult,
  type CommitStepRecord,
  checkStepChunks,
  type NewChunk,
  type SealTurnRecord,
  type SteeringResult,
  type TurnEndRecord,
  type TurnLease,
} from '@dispatch/contracts';
import { checkRecordWrite, writeRecord } from './records.ts';
import { invalidInput, staleEpoch } from './refusals.ts';
import {
  appendChunks,
  type ConversationState,
  commitResult,
  type MemoryState,
  type TurnState,
} from './state.ts';

interface Fenced {
  readonly conversation: ConversationState;
  readonly turn: TurnState;
}

/** The turn that a lease stands for, sealed ones included: the caller's answer to a repetition. */
function findTurn(state: MemoryState, lease: TurnLease): Fenced {
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

function clearLedger(turn: TurnState): void {
  turn.ledger.clear();
  turn.toolSteps.clear();
  delete turn.response;
}

function seal({ conversation, turn }: Fenced, end: TurnEndRecord): void {
  turn.end = end;
  turn.lastSeq = conversation.chunks.length;
  conversation.running = undefined;
}

export function commitStep(state: MemoryState, commit: CommitStepRecord): CommitResult {
  checkStepChunks(commit.chunks);
  const found = findTurn(state, commit.lease);
  const { conversation, turn } = found;
  const known = turn.steps[commit.stepIndex];
  if (known?.epoch === commit.lease.epoch) return commitResult(conversation, known.lastSeq);
  fence(state, commit.lease);
  if (commit.stepIndex !== turn.steps.length) {
    throw invalidInput(`\`stepIndex\` is not the turn's next (${turn.steps.length}).`);
  }
  checkCallIds(conversation, commit.chunks);
  const records = commit.records ?? [];
  for (const write of records) checkRecordWrite(state, write);
  for (const write of records) writeRecord(state, write);
  appendChunks(conversation, turn.turnId, commit.chunks, commit.at);
  const lastSeq = conversation.chunks.length;
  turn.steps.push({ metrics: commit.metrics, epoch: turn.epoch, lastSeq });
  turn.eventNumber = commit.eventNumber;
  turn.leaseUntil = state.now() + commit.leaseMs;
  turn.attempts = 0;
  clearLedger(turn);
  if (commit.end !== undefined) seal(found, commit.end);
  return commitResult(conversation, lastSeq);
}

/** A call's id is its own in the conversation. */
function checkCallIds(conversation: ConversationState, chunks: readonly NewChunk[]): void {
  for (const { role, callId } of chunks) {
    if (role !== 'assistant' || callId === undefined || !conversation.callSeqs.has(callId))
      continue;
    throw invalidInput(`The conversation has had a call ${callId} already.`);
  }
}

export function recordToolStep(
  state: MemoryState,
  lease: TurnLease,
  callId: string,
  name: string,
  json: string,
): void {
  const { ledger, toolSteps } = fence(state, lease).turn;
  // A step tells that its call was started.
  if (!ledger.has(callId)) ledger.set(callId, undefined);
  const steps = toolSteps.get(callId) ?? [];
  if (steps.some((step) => step.name === name)) return;
  toolSteps.set(callId, [...steps, { name, json }]);
}

export function commitSteering(
  state: MemoryState,
  lease: TurnLease,
  at: number,
  eventNumber: number,
): SteeringResult {
  const { conversation, turn } = fence(state, lease);
  if (turn.steering?.eventNumber === eventNumber) {
    return { messages: turn.steering.messages, lastSeq: conversation.chunks.length };
  }
  const messages = conversation.queue;
  if (messages.length > 0) {
    conversation.queue = [];
    appendChunks(
      conversation,
      turn.turnId,
      messages.flatMap((message) => message.chunks),
      at,
    );
    turn.steering = { eventNumber, messages };
    turn.eventNumber = eventNumber;
    turn.attempts = 0;
  }
  return { messages, lastSeq: conversation.chunks.length };
}

export function sealTurn(state: MemoryState, record: SealTurnRecord): CommitResult {
  const found = findTurn(state, record.lease);
  const { conversation, turn } = found;
  if (turn.end !== undefined) {
    const isRepeated = JSON.stringify(turn.end) === JSON.stringify(record.end);
    if (!isRepeated) throw staleEpoch(turn.turnId);
    return commitResult(conversation, turn.lastSeq ?? 0);
  }
  appendChunks(conversation, turn.turnId, record.chunks, record.at);
  turn.eventNumber = record.eventNumber;
  clearLedger(turn);
  seal(found, record.end);
  return commitResult(conversation, conversation.chunks.length);
}
