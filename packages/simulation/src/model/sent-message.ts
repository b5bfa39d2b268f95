/**
 * A message that a client sent, under one key or none. `open`: not answered yet; `unknown`: given up
 * without an answer; `refused`: each try was answered with a refusal.
 */
export interface SentMessage {
  readonly text: string;
  readonly conversationId: string;
  readonly kind: 'turn' | 'queue';
  readonly hasKey: boolean;
  readonly sentAt: number;
  state: 'open' | 'unknown' | 'refused' | 'acknowledged';
  acknowledgedAt?: number;
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

/** What clients asked for, and what they were told. */
export class SentMessages {
  readonly all: SentMessage[] = [];
  readonly deletions: Deletion[] = [];
  /** Turns whose abort was acknowledged, and when it was first. */
  readonly aborts = new Map<string, number>();
  #count = 0;

  add(conversationId: string, kind: SentMessage['kind'], hasKey: boolean, sentAt: number) {
    this.#count += 1;
    const text = `${conversationId}/m${this.#count}`;
    const message: SentMessage = { text, conversationId, kind, hasKey, sentAt, state: 'open' };
    this.all.push(message);
    return message;
  }

  isDeleted(conversationId: string): boolean {
    return this.deletions.some((one) => one.conversationId === conversationId);
  }
}
