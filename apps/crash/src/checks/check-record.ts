import { isDeepStrictEqual } from 'node:util';
import {
  addChunks,
  applyItem,
  type ConversationView,
  emptyView,
  type Snapshot,
} from '@dispatch/client';
import type { MetricsResponse, StoredChunk } from '@dispatch/wire';
import type { ConversationRecord, SentTurn } from '../traffic/conversation-record.ts';

/** What is left of a conversation when nothing runs in it any more. */
export interface Outcome {
  readonly snapshot: Snapshot;
  readonly metrics: MetricsResponse;
  /** All marks that shell calls left, in order. */
  readonly marks: readonly string[];
  /** How many owners the turns had, one after the other, that were given up. */
  readonly givenUp: ReadonlyMap<string, number>;
}

/** A turn that has brought so many hosts down since its last commit may be given up. */
const ownersAllowed = 10;

/** Compares what was acknowledged and seen with what is there. Pure; returns what is wrong. */
export function checkRecord(record: ConversationRecord, outcome: Outcome): readonly string[] {
  const { snapshot, marks } = outcome;
  return [
    ...checkSeqs(snapshot),
    ...record.turns.flatMap((turn) => [
      ...checkTurn(turn, outcome),
      ...checkMarks(turn, snapshot.chunks, marks),
      ...(turn.view === undefined ? [] : checkView(turn.view, snapshot, [turn.turnId])),
    ]),
    ...checkQueue(record, snapshot.chunks),
    ...(record.watched === undefined ? [] : checkView(record.watched, snapshot)),
  ];
}

/** Gapless from 1, and nothing runs. */
function checkSeqs({ conversationId, chunks, lastSeq, activeTurn }: Snapshot): readonly string[] {
  const isGapless = chunks.length === lastSeq && chunks.every(({ seq }, at) => seq === at + 1);
  return [
    ...(isGapless ? [] : [`${conversationId}: its seqs are not 1 to ${lastSeq}`]),
    ...(activeTurn === null ? [] : [`${conversationId}: ${activeTurn.turnId} runs`]),
  ];
}

/** An acknowledged message has one turn, with one end, and all that was planned. */
function checkTurn(
  { turnId, plan, wasAborted }: SentTurn,
  { snapshot: { chunks }, metrics, givenUp }: Outcome,
): readonly string[] {
  const problems: string[] = [];
  const own = chunks.filter((stored) => stored.turnId === turnId);
  const [first] = own;
  const copies = chunks.filter(({ chunk }) => chunk.type === 'text' && chunk.text === plan.message);
  if (first?.chunk.type !== 'text' || first.chunk.text !== plan.message || copies.length !== 1) {
    problems.push(`${turnId}: its message is there ${copies.length} times`);
  }
  const ends = metrics.turns.filter((turn) => turn.turnId === turnId);
  const finishReason = ends[0]?.finishReason;
  if (ends.length !== 1) problems.push(`${turnId}: it has ${ends.length} ends`);
  if (wasAborted && finishReason === 'aborted') return problems;
  if ((givenUp.get(turnId) ?? 0) > ownersAllowed) return problems;
  if (finishReason !== 'stop') return [...problems, `${turnId}: it ended with ${finishReason}`];
  for (const [index, step] of plan.steps.entries()) {
    const ofStep = own.filter(
      ({ chunk }) => 'stepId' in chunk && chunk.stepId === `${turnId}#${index}`,
    );
    const text = ofStep.map(({ chunk }) => (chunk.type === 'text' ? chunk.text : '')).join('');
    if (text !== step.text) problems.push(`${turnId}#${index}: it says ${JSON.stringify(text)}`);
    const names = ofStep.flatMap(({ chunk }) => (chunk.type === 'tool-call' ? [chunk.name] : []));
    if (
      !isDeepStrictEqual(
        names,
        step.calls.map(({ tool }) => tool),
      )
    ) {
      problems.push(`${turnId}#${index}: it calls ${names.join(', ') || 'nothing'}`);
    }
  }
  return problems;
}

/** A shell call runs at most once, and once where its result is not one of a call cut off. */
function checkMarks(
  { turnId, plan }: SentTurn,
  chunks: readonly StoredChunk[],
  marks: readonly string[],
): readonly string[] {
  return plan.steps.flatMap((step, stepIndex) => {
    const results = resultsOf(chunks, `${turnId}#${stepIndex}`);
    return step.calls.flatMap(({ mark }, callIndex) => {
      if (mark === undefined) return [];
      const runs = marks.filter((other) => other === mark).length;
      const result = results[callIndex];
      const isWhole = result !== undefined && !result.isError && result.interrupted !== true;
      if (runs > 1) return [`${mark}: the call ran ${runs} times`];
      if (isWhole && runs === 0) return [`${mark}: the call has a result and never ran`];
      return [];
    });
  });
}

/** The results of a step's calls, in the order of the calls. */
function resultsOf(chunks: readonly StoredChunk[], stepId: string) {
  const ofStep = chunks
    .map(({ chunk }) => chunk)
    .filter((chunk) => 'stepId' in chunk && chunk.stepId === stepId);
  return ofStep
    .filter((chunk) => chunk.type === 'tool-call')
    .map(({ callId }) =>
      ofStep.find((chunk) => chunk.type === 'tool-result' && chunk.callId === callId),
    )
    .map((chunk) => (chunk?.type === 'tool-result' ? chunk : undefined));
}

/** Each acknowledged message of the queue is there once, in order. */
function checkQueue(record: ConversationRecord, chunks: readonly StoredChunk[]): readonly string[] {
  const said = chunks.flatMap(({ role, chunk }) =>
    role === 'user' && chunk.type === 'text' ? [chunk.text] : [],
  );
  const asked = new Set(record.turns.map(({ plan }) => plan.message));
  const delivered = said.filter((text) => !asked.has(text));
  const expected = record.queued.map(({ text }) => text);
  return isDeepStrictEqual(delivered, expected)
    ? []
    : [
        `${record.conversationId}: queued ${expected.join('; ')}, delivered ${delivered.join('; ')}`,
      ];
}

/** What a client was shown of these turns, or of all, is what is committed. */
function checkView(
  view: ConversationView,
  snapshot: Snapshot,
  turnIds?: readonly string[],
): readonly string[] {
  const committed = new Map(
    applyItem(emptyView, snapshot).turns.map((turn) => [turn.turnId, turn]),
  );
  // The view itself knows what no event told: a turn that another host ran before this one's.
  const whole = addChunks(view, snapshot.chunks);
  return [...(turnIds ?? committed.keys())].flatMap((turnId) => {
    const seen = whole.turns.find((turn) => turn.turnId === turnId);
    const kept = committed.get(turnId);
    return isDeepStrictEqual(answerOf(seen), answerOf(kept))
      ? []
      : [
          `${turnId}: a client saw ${JSON.stringify(answerOf(seen))}, there is ${JSON.stringify(answerOf(kept))}`,
        ];
  });
}

/** All but the message that started the turn: no event tells it. */
function answerOf(turn: ConversationView['turns'][number] | undefined) {
  const items = turn?.items ?? [];
  const start = items.findIndex(({ type }) => type !== 'user');
  return start < 0 ? [] : items.slice(start);
}
