import type {
  Chunk,
  ContentPart,
  Cursor,
  EventOf,
  FinishReason,
  JsonValue,
  TurnError,
  Usage,
} from '@dispatch/wire';

/** What a chat shows of a conversation, as plain data. Never changed in place. */
export interface ConversationView {
  readonly turns: readonly TurnView[];
  /** Of the oldest chunk that it holds; null where it holds none. */
  readonly firstSeq: number | null;
  /** Up to here everything committed is in the view, but for `missing`. */
  readonly lastSeq: number;
  /**
   * Committed chunks that no event told, the message of a turn that someone else started: read
   * those with `afterSeq < seq <= throughSeq` and give them to `addChunks`.
   */
  readonly missing: readonly { readonly afterSeq: number; readonly throughSeq: number }[];
  /** The last event that is in the view. */
  readonly position: Cursor | undefined;
}

export interface TurnView {
  readonly turnId: string;
  readonly state: 'running' | 'sealed';
  readonly items: readonly TurnItem[];
  /** Calls that wait for a person, each once. Of a turn that was read as history: ask `client.approvals`. */
  readonly approvals: readonly EventOf<'approval-request'>[];
  /** The provider failed and is asked again; until it answers. */
  readonly retry?: {
    readonly attempt: number;
    readonly delayMs: number;
    readonly error: TurnError;
  };
  /** From here on: told by events alone, so unknown of turns that were read as history. */
  readonly model?: string;
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly durationMs?: number;
  readonly contextSize?: number;
  /** Files that other conversations work on too: the newest of each, at most 100. */
  readonly collisions?: readonly EventOf<'collision'>[];
}

export type TurnItem = UserItem | StepItem | ErrorItem;

/** A piece of what the user said. */
export interface UserItem {
  readonly type: 'user';
  readonly part: ContentPart | Extract<Chunk, { type: 'attachment' }>;
}

/** What the model said in one step, and the calls that it asked for. Never empty. */
export interface StepItem {
  readonly type: 'step';
  readonly stepId: string;
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly CallItem[];
}

export interface CallItem {
  readonly callId: string;
  readonly name: string;
  readonly input: JsonValue;
  /** The newest 64 Ki characters that it has put out; gone when the result is there. */
  readonly output: string;
  readonly result?: {
    readonly content: readonly ContentPart[];
    readonly isError: boolean;
    readonly durationMs?: number;
    readonly interrupted?: true;
  };
}

export interface ErrorItem {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

export const emptyView: ConversationView = {
  turns: [],
  firstSeq: null,
  lastSeq: 0,
  missing: [],
  position: undefined,
};
