import type {
  ApprovalBody,
  ChatBody,
  Conversation,
  QueueBody,
  QueuedResponse,
} from '@dispatch/wire';
import type { FollowItem } from '../http/follow-turn.ts';

/**
 * What happens in one conversation, turn after turn: a snapshot, then events, each exactly once. A
 * later snapshot replaces all that was told before it: the cursor was gone, or the reader fell more
 * than 10,000 items behind. To be read by one reader; leaving its loop closes it.
 */
export interface Subscription extends AsyncIterable<FollowItem> {
  readonly conversationId: string;
  /** Ends it, for the reader too. The conversation goes on. */
  close(): void;
}

/** A change of some conversation. `missed`: the connection was lost in between, list them again. */
export type ConversationNotice =
  | { readonly type: 'changed'; readonly conversation: Conversation }
  | { readonly type: 'deleted'; readonly conversationId: string }
  | { readonly type: 'missed' };

/**
 * One socket for any number of conversations. It connects again by itself and goes on from its
 * cursors; requests made meanwhile wait. What can not succeed (a wrong token) ends every
 * subscription and request with its error.
 */
export interface Connection {
  /** Begins with a snapshot, or goes on after `cursor`. Throws `already-subscribed`: one at a time. */
  subscribe(
    conversationId: string,
    options?: { readonly sinceSeq?: number; readonly cursor?: string },
  ): Subscription;
  /**
   * Starts a turn. Its events come by the conversation's subscription: the one there is, or a new
   * one that begins with the turn.
   */
  send(message: ChatBody): Promise<{
    readonly conversationId: string;
    readonly turnId: string;
    readonly subscription: Subscription;
  }>;
  queue(conversationId: string, message: QueueBody): Promise<QueuedResponse>;
  abort(conversationId: string): Promise<{ readonly turnId: string }>;
  resolveApproval(approvalId: string, approval: ApprovalBody): Promise<void>;
  /** Changes of all conversations, or of a workspace's. Throws `already-subscribed`: one at a time. */
  watch(workspaceId?: string): AsyncIterable<ConversationNotice> & { close(): void };
  /** Ends everything; for good. */
  close(): void;
}
