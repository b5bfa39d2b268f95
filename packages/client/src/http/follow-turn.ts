import { type Cursor, formatCursor, type TurnEvent } from '@dispatch/wire';
import { backoffMs } from '../backoff.ts';
import { isTransient } from '../dispatch-error.ts';
import { arrivalOf, positionAfter } from '../position.ts';
import { readLines } from './read-lines.ts';
import type { Requester, RequesterOptions } from './requester.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** An event, or the snapshot that stands for those that are gone. */
export type FollowItem = TurnEvent | Snapshot;

export interface FollowTurn {
  readonly requester: Requester;
  readonly options: RequesterOptions;
  readonly conversationId: string;
  readonly sinceSeq: number;
  readonly cursor?: Cursor;
  /** The turn of the first answer: a snapshot without it ends what is followed. */
  readonly turnId?: string;
  readonly first?: Response;
  /** Asks again where no event was seen yet. Absent: by the route of events, without a cursor. */
  readonly reopen?: (signal: AbortSignal) => Promise<Response>;
  readonly signal: AbortSignal;
}

/**
 * The events of one turn, each exactly once, until it is sealed. Goes on from its cursor by itself,
 * as long as it takes; ends early where `signal` fires. Throws what a reconnection is refused with.
 */
export async function* followTurn(turn: FollowTurn): AsyncGenerator<FollowItem, void, undefined> {
  const { options, signal } = turn;
  let position = turn.cursor;
  let response = turn.first;
  let attempt = 0;

  const retrying = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!isTransient(error)) throw error;
      }
      await options.sleep(backoffMs(attempt, options.random), signal);
      attempt += 1;
      if (signal.aborted) return undefined;
    }
  };
  const open = () => {
    if (position === undefined && turn.reopen !== undefined) return turn.reopen(signal);
    const cursor = position === undefined ? undefined : formatCursor(position);
    const path = `/conversations/${encodeURIComponent(turn.conversationId)}/events`;
    return turn.requester.open(path, { query: { cursor }, signal });
  };
  const snapshot = () =>
    retrying(() => readSnapshot(turn.requester, turn.conversationId, turn.sinceSeq, signal));

  while (!signal.aborted) {
    response ??= await retrying(open);
    if (response === undefined) return;
    if (response.status === 204) {
      // Events were seen, and their turn is neither running nor known: what it said is history.
      if (position !== undefined && turn.cursor !== position) {
        const state = await snapshot();
        if (state !== undefined) yield state;
      }
      return;
    }
    reading: for await (const lines of readLines(response, options, options.silenceMs)) {
      for (const line of lines) {
        if (signal.aborted) return;
        if (line.type === 'resync') {
          const state = await snapshot();
          if (state === undefined) return;
          yield state;
          const isOver = turn.turnId !== undefined && state.activeTurn?.turnId !== turn.turnId;
          if (state.activeTurn === null || isOver) return;
          position = positionAfter(state.activeTurn);
          continue;
        }
        const arrival = arrivalOf(position, line);
        if (arrival === 'gap') break reading;
        if (arrival === 'duplicate') continue;
        attempt = 0;
        position = { turnId: line.turnId, n: line.n };
        yield line;
        if (line.type === 'turn-sealed') return;
      }
    }
    response = undefined;
    await options.sleep(backoffMs(attempt, options.random), signal);
    attempt += 1;
  }
}
