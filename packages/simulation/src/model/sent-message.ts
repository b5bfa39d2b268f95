/**
 * A message that a client sent, under one key or none. `open`: not answered yet; `unknown`: given up
 * without an answer; `refused`: each try was answered with a refusal.
 */
export interface SentMessage {
  readonly text: string;
  readonly conversationId: string;
  readonly kind: 'turn' | 'queue';
  readonly hasKey: boolean;
  /** It brings an image, which has to be kept with it. */
  readonly hasImage: boolean;
  readonly sentAt: number;
  state: 'open' | 'unknown' | 'refused' | 'acknowledged';
  acknowledgedAt?: number;
  /** No try of it is on its way any more since; Infinity: one may be. */
  settledAt?: number;
  turnId?: string;
  queueId?: string;
  /** `asked`: to take it back, and nobody knows whether it was; `done`: it was. */
  removal?: 'asked' | 'done';
}

/** A deletion that a client asked for; `isAnswered`: it was acknowledged. */
export interface Deletion {
  readonly conversationId: string;
  readonly askedAt: number;
  isAnswered: boolean;
}

export interface Fork {
  readonly conversationId: string;
  readonly newConversationId: string;
  readonly lastSeq: number;
}

/** What clients asked for, and what they were told. */
export class SentMessages {
  readonly all: SentMessage[] = [];
  readonly deletions: Deletion[] = [];
  /** Forks that were acknowledged: which conversation of which, with how many chunks. */
  readonly forks: Fork[] = [];
  /** Turns whose abort was acknowledged, and when it was first. */
  readonly aborts = new Map<string, number>();
  /** Someone asked for an abort, acknowledged or not. */
  areAbortsAsked = false;
  #count = 0;

  add(
    given: Pick<SentMessage, 'conversationId' | 'kind' | 'hasKey' | 'hasImage' | 'sentAt'>,
  ): SentMessage {
    this.#count += 1;
    const text = `${given.conversationId}/m${this.#count}`;
    const message: SentMessage = { ...given, text, state: 'open' };
    this.all.push(message);
    return message;
  }

  isDeleted(conversationId: string): boolean {
    return this.deletions.some((one) => one.conversationId === conversationId);
  }
}
