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
import { type Fenced, fence, findTurn } from './fence.ts';
import { clearLedger } from './ledger.ts';
import { checkRecordWrite, writeRecord } from './records.ts';
import { invalidInput, staleEpoch } from './refusals.ts';
import { appendChunks, type ConversationState, commitResult, type MemoryState } from './state.ts';

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
