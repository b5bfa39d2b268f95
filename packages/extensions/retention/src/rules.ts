import type { Blobs, Conversations, Store } from '@dispatch/contracts';
import type { RetentionOptions } from './options.ts';

/** One thing that is kept for a limited time. */
export interface Rule {
  /** For the log: what went. */
  readonly what: string;
  /**
   * Looks at a page of what `remove` goes by, after where the page before ended; resolves with where
   * this one does, undefined where there is no more.
   */
  readonly measure?: (after: string | undefined) => Promise<string | undefined>;
  /** How many go in one statement: what is removed together is locked together. */
  readonly batch: number;
  /** Removes at most `limit`, the oldest first; resolves with how many. */
  readonly remove: (now: number, limit: number) => Promise<number>;
}

export interface Kept {
  readonly conversations: Pick<Conversations, 'removeIdle' | 'removeSurplus'>;
  readonly store: Pick<Store, 'measureConversations'>;
  readonly blobs: Pick<Blobs, 'removeUnowned'>;
}

const dayMs = 86_400_000;
const megabyte = 1024 * 1024;
/** Conversations that are measured in one statement. */
const measuredAtOnce = 200;

/** What the options ask for; none where they limit nothing. */
export function rulesOf(options: RetentionOptions, kept: Kept): Rule[] {
  const { conversations, blobs, store } = kept;
  const { conversationsDays, conversationsMb, conversationsMax } = options;
  const { attachmentsDays, attachmentsMb } = options;
  const rules: Rule[] = [];
  if (conversationsDays > 0) {
    rules.push({
      what: 'conversations that were kept long enough',
      batch: 20,
      remove: (now, limit) => conversations.removeIdle(now - conversationsDays * dayMs, limit),
    });
  }
  if (conversationsMb > 0 || conversationsMax > 0) {
    const keep = {
      ...(conversationsMb > 0 ? { maxBytes: conversationsMb * megabyte } : {}),
      ...(conversationsMax > 0 ? { maxCount: conversationsMax } : {}),
    };
    rules.push({
      what: 'conversations that were more than are to be kept',
      batch: 20,
      ...(conversationsMb > 0
        ? { measure: (after) => store.measureConversations(measuredAtOnce, after) }
        : {}),
      remove: (_now, limit) => conversations.removeSurplus(keep, limit),
    });
  }
  if (attachmentsDays > 0 || attachmentsMb > 0) {
    rules.push({
      what: 'attachments that nobody wanted',
      batch: 100,
      remove: (now, limit) =>
        blobs.removeUnowned(
          {
            since: attachmentsDays > 0 ? now - attachmentsDays * dayMs : 0,
            ...(attachmentsMb > 0 ? { maxBytes: attachmentsMb * megabyte } : {}),
          },
          limit,
        ),
    });
  }
  return rules;
}
