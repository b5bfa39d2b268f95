import { z } from 'zod';

const days = z.int().min(0).max(36_500);
const megabytes = z.int().min(0).max(1_048_576);

const schema = z.strictObject({
  /** Conversations in which nothing happened for so many days go, with everything of them. 0: never. */
  conversationsDays: days.default(0),
  /** Those in which nothing happened for longest go where all have more MiB together. 0: no matter how many. */
  conversationsMb: megabytes.default(0),
  /** They go where there are more conversations, too. 0: no matter how many. */
  conversationsMax: z.int().min(0).max(1_000_000_000).default(0),
  /** Attachments that no conversation took go after so many days. 0: never. */
  attachmentsDays: days.default(7),
  /** The oldest of them go where they have more MiB together. 0: no matter how many. */
  attachmentsMb: megabytes.default(1024),
  /** How often this host's sinks forget what they hold of deleted conversations. 0: never. */
  forgetSeconds: z.int().min(0).max(86_400).default(3600),
});

export type RetentionOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): RetentionOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
