import type { Cursor } from '@dispatch/wire';
import { Numbering } from './numbering.ts';
import type { StreamEvent, ToldStep, ToldTurn } from './stream-event.ts';
import { TurnState } from './turn-state.ts';
import { type StreamViolation, type StreamViolationCode, streamViolations } from './violation.ts';

/** Where a client begins to read: behind a commit. */
export interface JoinPlace {
  /** `activeTurn.cursor`; null: no turn runs, the next one begins. Absent: the first event may have any number. */
  readonly cursor?: Cursor | null;
  /** The conversation's, as the client was told it. */
  readonly lastSeq?: number;
}

/**
 * Holds what one client sees of one conversation to WIRE.md section 3: event by event, over
 * reconnects, owners and turns. Each call returns the first violation, or undefined; behind one,
 * further answers mean nothing. A client that has not joined begins with a `turn-start`.
 *
 * Keeps the texts of the steps that were completed, for `compareWithHistory`: it is for tests and
 * simulations, and its memory grows with what is told.
 */
export interface StreamChecker {
  /** The next event, as the client got it. */
  event(event: StreamEvent): StreamViolation | undefined;
  /** The client asked again with a cursor of what it has seen, and the host took it. */
  reconnected(cursor: Cursor): void;
  /** The client reads on from a snapshot, or without a cursor: what was streamed of an open step is void. */
  joined(place?: JoinPlace): StreamViolation | undefined;
  /** The client was told `resync`: what follows begins behind a commit. */
  resynced(lastSeq: number): StreamViolation | undefined;
  /** Steps whose completion was told, by their ids. */
  readonly steps: ReadonlyMap<string, ToldStep>;
  /** Turns that were told whole, from `turn-start` to `turn-sealed`. */
  readonly wholeTurns: readonly ToldTurn[];
  /** The highest that was told. */
  readonly committedSeq: number;
}

export function createStreamChecker(): StreamChecker {
  return new Checker();
}

class Checker implements StreamChecker {
  readonly steps = new Map<string, ToldStep>();
  readonly wholeTurns: ToldTurn[] = [];
  committedSeq = 0;
  readonly #numbering = new Numbering();
  readonly #sealed = new Set<string>();
  readonly #queueIds = new Set<string>();
  /** Of the completed steps. */
  readonly #callIds = new Set<string>();
  #conversationId: string | undefined;
  #turn: TurnState | undefined;
  /** Reading began behind a commit: which turn comes, and in which of its steps, is not known. */
  #isJoining = false;

  event(event: StreamEvent): StreamViolation | undefined {
    const { turnId, n } = event;
    this.#conversationId ??= event.conversationId;
    if (this.#conversationId !== event.conversationId)
      return violation('conversation-mixed', event);
    const verdict = this.#numbering.take(turnId, n);
    if (verdict === 'replayed') return undefined;
    if (this.#sealed.has(turnId)) return violation('event-after-seal', event);
    if (verdict !== 'next' && verdict !== 'new-owner') return violation(verdict, event);
    let turn = this.#turn;
    if (turn?.turnId !== turnId) {
      if (turn !== undefined) return violation('turn-not-sealed', event);
      turn = new TurnState(turnId, !this.#isJoining);
      this.#turn = turn;
    }
    this.#isJoining = false;
    const code = turn.take(event, verdict === 'new-owner') ?? this.#keep(event, turn);
    return code === undefined ? undefined : violation(code, event, turn.describe());
  }

  reconnected(cursor: Cursor): void {
    if (this.#numbering.lastOf(cursor.turnId) === undefined) this.joined({ cursor });
    else this.#numbering.replayFrom(cursor);
  }

  joined({ cursor, lastSeq }: JoinPlace = {}): StreamViolation | undefined {
    const turnId = this.#turn?.turnId;
    if (turnId !== undefined) this.#numbering.forget(turnId);
    this.#turn = undefined;
    this.#isJoining = cursor !== null;
    if (cursor !== undefined && cursor !== null) {
      this.#numbering.expectAfter(cursor);
      this.#sealed.delete(cursor.turnId);
    }
    if (lastSeq === undefined || this.#raise(lastSeq)) return undefined;
    const message = `The conversation's lastSeq is told as ${lastSeq}, after ${this.committedSeq}.`;
    return { code: 'committed-seq-lower', turnId: turnId ?? '', message };
  }

  resynced(lastSeq: number): StreamViolation | undefined {
    return this.joined({ lastSeq });
  }

  /** What holds from turn to turn, and what is kept of this one. */
  #keep(event: StreamEvent, turn: TurnState): StreamViolationCode | undefined {
    switch (event.type) {
      case 'turn-start':
        return this.#raise(event.committedSeq) ? undefined : 'committed-seq-lower';
      case 'step-start':
        return this.steps.has(event.stepId) ? 'step-order' : undefined;
      case 'tool-call':
        return this.#callIds.has(event.callId) ? 'call-repeated' : undefined;
      case 'step-complete': {
        const { step } = turn;
        const { turnId, stepId, committedSeq } = event;
        if (step === undefined) return 'step-mismatch';
        turn.leaveStep();
        const { text, calls } = step;
        for (const callId of calls.keys()) this.#callIds.add(callId);
        this.steps.set(stepId, { turnId, stepId, text, callIds: [...calls.keys()], committedSeq });
        return this.#raise(committedSeq) ? undefined : 'committed-seq-lower';
      }
      case 'steering':
        for (const { queueId } of event.messages) {
          if (this.#queueIds.has(queueId)) return 'message-repeated';
          this.#queueIds.add(queueId);
        }
        return undefined;
      case 'turn-sealed': {
        const { turnId, lastSeq } = event;
        this.#sealed.add(turnId);
        this.#turn = undefined;
        if (turn.isWhole) this.wholeTurns.push({ turnId, lastSeq });
        return this.#raise(lastSeq) ? undefined : 'committed-seq-lower';
      }
      default:
        return undefined;
    }
  }

  #raise(seq: number): boolean {
    if (seq < this.committedSeq) return false;
    this.committedSeq = seq;
    return true;
  }
}

function violation(
  code: StreamViolationCode,
  { type, turnId, n }: StreamEvent,
  where = '',
): StreamViolation {
  return { code, turnId, n, message: `${streamViolations[code]} ${type} ${turnId}:${n}${where}` };
}
