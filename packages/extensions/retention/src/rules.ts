import type { Blobs, Conversations } from '@dispatch/contracts';
import type { RetentionOptions } from './options.ts';

/** One thing that is kept for a limited time. */
export interface Rule {
  /** For the log. */
  readonly what: string;
  /** How many go in one statement: what is removed together is locked together. */
  readonly batch: number;
  /** Removes at most `limit`, the oldest first; resolves with how many. */
  readonly remove: (now: number, limit: number) => Promise<number>;
}

export interface Kept {
  readonly conversations: Pick<Conversations, 'removeIdle'>;
  readonly blobs: Pick<Blobs, 'removeUnowned'>;
}

const dayMs = 86_400_000;
const megabyte = 1024 * 1024;

/** What the options ask for; none where they limit nothing. */
export function rulesOf(options: RetentionOptions, { conversations, blobs }: Kept): Rule[] {
  const { conversationsDays, attachmentsDays, attachmentsMb } = options;
  const rules: Rule[] = [];
  if (conversationsDays > 0) {
    rules.push({
      what: 'conversations',
      batch: 20,
      remove: (now, limit) => conversations.removeIdle(now - conversationsDays * dayMs, limit),
    });
  }
  if (attachmentsDays > 0 || attachmentsMb > 0) {
    rules.push({
      what: 'attachments',
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
