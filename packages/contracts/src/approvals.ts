import type {
  ApprovalRequestEvent,
  ApprovalResolvedEvent,
  AskAnswer,
  CallDecision,
  ToolCallView,
} from '@dispatch/kernel';

/**
 * Asks people. What is asked is stored, bound to the call and the hash of its input: it survives
 * every host, can be answered by any client through any host, once, and expires.
 */
export interface Approvals {
  /**
   * Asks for a call, or goes on with what was asked for it before (same conversation and `callId`,
   * same input). Resolves with the answer; with `suspend` where none comes soon: the turn is put away,
   * and asks again when it is taken up. Rejects where the question could not be stored.
   */
  ask(
    call: ToolCallView,
    question: Extract<CallDecision, { decision: 'ask' }>,
    turn: AskingTurn,
  ): Promise<AskAnswer>;
  /**
   * Milliseconds until the first question expires that holds this turn; undefined where it can go on
   * at once, because one was answered or none is open. Rejects with `store-unavailable`.
   */
  waitMs(conversationId: string, turnId: string): Promise<number | undefined>;
  /**
   * A turn that was put away can go on: told on the host where the answer came in, and again, on any,
   * until the turn has asked for its answer. Returns what ends it.
   */
  onAnswered(listener: (turn: AnsweredTurn) => void): () => void;
}

export interface AskingTurn {
  /** Fires when the turn is aborted, or given up by its host. */
  readonly signal: AbortSignal;
  /** It is aborted, not merely going on elsewhere: its questions are over. Right once the signal has fired. */
  isAborted(): boolean;
  tell(event: ApprovalRequestEvent | ApprovalResolvedEvent): void;
}

export interface AnsweredTurn {
  readonly conversationId: string;
  readonly turnId: string;
}

/** What people and the configuration have decided beforehand. */
export interface Access {
  /** A rule lets this tool reach a path outside of the conversation's `cwd`. `path`: absolute, links resolved. */
  mayReach(reach: PathReach): Promise<boolean>;
}

export interface PathReach {
  readonly conversationId: string;
  readonly tool: string;
  readonly path: string;
  readonly computerId?: string;
}
