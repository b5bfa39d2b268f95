import type { ConversationState, TurnState } from '@dispatch/conformance/fakes';
import type { StoredChunk, TurnEndRecord } from '@dispatch/contracts';
import type { World } from '../world/world.ts';

/** What of a conversation has to stay as it is, or may only grow. */
export interface Standing {
  readonly createdAt: number;
  readonly chunks: readonly StoredChunk[];
  readonly turns: readonly TurnStanding[];
}

interface TurnStanding {
  readonly turnId: string;
  readonly epoch: number;
  readonly steps: number;
  readonly eventNumber: number;
  readonly end: TurnEndRecord | undefined;
  readonly lastSeq: number | undefined;
}

/** Cheap: it is taken after each change. */
export function standingOf({ createdAt, chunks, turns }: Readonly<ConversationState>): Standing {
  return { createdAt, chunks: chunks.slice(), turns: turns.map(turnStandingOf) };
}

function turnStandingOf(turn: TurnState): TurnStanding {
  const { turnId, epoch, steps, eventNumber, end, lastSeq } = turn;
  return { turnId, epoch, steps: steps.length, eventNumber, end, lastSeq };
}

/** Finds what was changed that is not to be. */
export function compareStandings(world: World, was: Standing, is: Standing): void {
  // One that was deleted and made again is another one.
  if (was.createdAt !== is.createdAt) return;
  for (let index = 0; index < was.chunks.length; index += 1) {
    if (was.chunks[index] === is.chunks[index]) continue;
    world.violated('history-stays', `chunk ${index + 1} was ${was.chunks[index]?.json}`);
  }
  let running = 0;
  for (let index = 0; index < is.turns.length; index += 1) {
    const before = was.turns[index];
    const now = is.turns[index];
    if (now === undefined) continue;
    if (now.end === undefined) running += 1;
    if (before !== undefined) compareTurns(world, before, now);
  }
  if (running > 1) world.violated('one-turn-runs', `${running} turns run`);
  if (is.turns.length < was.turns.length) world.violated('turns-stay', 'a turn is gone');
}

function compareTurns(world: World, was: TurnStanding, is: TurnStanding): void {
  const { turnId } = was;
  if (is.turnId !== turnId) world.violated('turns-stay', `${turnId} is gone`);
  else if (is.epoch < was.epoch) world.violated('epochs-rise', `${turnId}: ${is.epoch}`);
  else if (is.steps < was.steps) world.violated('history-stays', `${turnId} lost a step`);
  else if (was.end !== undefined && !isSameSeal(was, is)) {
    world.violated('sealed-stays', `${turnId} was changed after its seal`);
  }
}

function isSameSeal(was: TurnStanding, is: TurnStanding): boolean {
  return (
    was.end === is.end &&
    was.epoch === is.epoch &&
    was.lastSeq === is.lastSeq &&
    was.eventNumber === is.eventNumber &&
    was.steps === is.steps
  );
}
