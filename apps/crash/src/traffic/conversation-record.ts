import type { ConversationView } from '@dispatch/client';
import type { PlannedTurn } from './script.ts';

/** A message that a host has acknowledged with a turn. */
export interface SentTurn {
  readonly turnId: string;
  readonly plan: PlannedTurn;
  /** What its reader saw; nothing where it was left to the one who watches. */
  view?: ConversationView;
  wasAborted: boolean;
}

/** A message that a host has acknowledged for the queue. */
export interface Queued {
  readonly queueId: string;
  readonly text: string;
}

/** All that was acknowledged and seen in one conversation. */
export interface ConversationRecord {
  readonly conversationId: string;
  /** In the working folder: what the shell calls left. */
  readonly marksFile: string;
  readonly turns: SentTurn[];
  /** In the order of their acknowledgements; each was sent when the one before was acknowledged. */
  readonly queued: Queued[];
  /** What one who watched all of it over a socket saw. */
  watched?: ConversationView;
}
