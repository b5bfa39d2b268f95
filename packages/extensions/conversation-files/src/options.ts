import { z } from 'zod';

const schema = z.strictObject({
  /** MiB of texts that are kept to say what changed in a file; over all conversations of the host. */
  keptTextMb: z.int().min(0).max(4096).default(64),
});

export type ConversationFilesOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): ConversationFilesOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
