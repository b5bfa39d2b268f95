import type { InspectedTurn } from '@dispatch/contracts';
import { type Inspected, placeOf } from './inspected.ts';

/** Which turns there are, what each holds of the conversation, and that only the last one may run. */
export function checkTurns(inspected: Inspected): void {
  const { inspection, lastSeq, running, report } = inspected;
  const { turns, conversation } = inspection;
  if (conversation.lastSeq !== lastSeq) {
    report('last-seq-mismatch', `lastSeq is ${conversation.lastSeq}, with ${lastSeq} chunks.`);
  }
  if ((conversation.status === 'idle') !== (running.length === 0)) {
    report(
      'status-mismatch',
      `The status is ${conversation.status}, with ${running.length} turns running.`,
    );
  }
  for (const turn of running) {
    if (turn === turns.at(-1)) continue;
    report('turn-not-last', 'The turn runs, though a later one has begun.', {
      turnId: turn.turnId,
    });
  }
  const ids = new Set<string>();
  for (const [index, turn] of turns.entries()) {
    if (ids.has(turn.turnId)) {
      report('turn-repeated', 'Two turns have this id.', { turnId: turn.turnId });
    }
    ids.add(turn.turnId);
    checkSeal(inspected, turn);
    checkRange(inspected, turn, turns[index - 1], turns[index + 1]);
  }
  checkChunkTurns(inspected);
}

function checkSeal({ report }: Inspected, { turnId, state, end, lastSeq }: InspectedTurn): void {
  const isSealed = end !== undefined && lastSeq !== undefined;
  const isOpen = end === undefined && lastSeq === undefined;
  if (state === 'sealed' ? isSealed : isOpen) return;
  const has = [
    ...(end === undefined ? [] : ['an end']),
    ...(lastSeq === undefined ? [] : ['a lastSeq']),
  ];
  const message = `The turn is ${state} and has ${has.join(' and ') || 'no end and no lastSeq'}.`;
  report('turn-seal-incomplete', message, { turnId });
}

/** A turn begins where the one before it ended: nothing is ever committed outside of a turn. */
function checkRange(
  { report, lastSeq: conversationSeq }: Inspected,
  turn: InspectedTurn,
  before: InspectedTurn | undefined,
  after: InspectedTurn | undefined,
): void {
  const { turnId, previousSeq, messageSeq } = turn;
  const endSeq = turn.lastSeq ?? after?.previousSeq ?? conversationSeq;
  const start = before === undefined ? undefined : (before.lastSeq ?? previousSeq);
  const say = (message: string) => report('turn-range-wrong', message, { turnId });
  if (previousSeq < 0 || messageSeq < previousSeq || endSeq < messageSeq) {
    say(`Its seqs go from ${previousSeq} over ${messageSeq} to ${endSeq}.`);
  }
  if (start !== undefined && previousSeq !== start) {
    say(`It begins behind seq ${previousSeq}; the turn before it ends at ${start}.`);
  }
  if (after === undefined && endSeq !== conversationSeq) {
    say(`It is the last turn and ends at seq ${endSeq}, the conversation at ${conversationSeq}.`);
  }
}

/** Chunks before the conversation's own first turn are copies that a fork made. */
function checkChunkTurns({ inspection, chunks, report }: Inspected): void {
  const { turns } = inspection;
  const known = new Set(turns.map((turn) => turn.turnId));
  let at = 0;
  for (const [index, { stored }] of chunks.entries()) {
    const seq = index + 1;
    while ((turns[at + 1]?.previousSeq ?? Number.POSITIVE_INFINITY) < seq) at += 1;
    const turn = turns[at];
    const isCopy = turn === undefined || seq <= turn.previousSeq;
    if (isCopy ? !known.has(stored.turnId) : stored.turnId === turn.turnId) continue;
    if (!known.has(stored.turnId)) {
      report('chunk-turn-unknown', 'The chunk names a turn that is not there.', placeOf(stored));
    } else {
      const where = isCopy ? 'before the first turn' : `among those of ${turn.turnId}`;
      report('chunk-turn-order', `The chunk stands ${where}.`, placeOf(stored));
    }
  }
}
