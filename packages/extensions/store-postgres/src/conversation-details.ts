import type { Conversation, TurnSettings } from '@dispatch/contracts';

/** What a conversation's `details` hold, as JSON. */
export type ConversationDetails = TurnSettings & {
  readonly title?: string;
  readonly workspaceId?: string;
};

export interface ConversationRow {
  readonly conversationId: string;
  readonly parentId: string | null;
  readonly details: string;
  readonly isRunning: boolean;
  readonly isWaiting: boolean | null;
  readonly lastSeq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const conversationColumns = `id as "conversationId", parent_id as "parentId", details, is_running as "isRunning",
  (is_running and owner = '' and lease_until > clock_timestamp()) as "isWaiting",
  last_seq as "lastSeq", created_at as "createdAt", updated_at as "updatedAt"`;

export function toConversation(row: ConversationRow): Conversation {
  const { details, isRunning, isWaiting, parentId, ...rest } = row;
  const settings: ConversationDetails = JSON.parse(details);
  const parent = parentId === null ? {} : { parentId };
  const busy = isWaiting === true ? 'waiting' : 'running';
  return { ...settings, ...rest, ...parent, status: isRunning ? busy : 'idle' };
}
