import { isAbsolute } from 'node:path';
import { z } from 'zod';

const schema = z.strictObject({
  /** Where the files are; made where it does not exist. */
  folder: z.string().refine(isAbsolute, 'must be an absolute path'),
  maxFileBytes: z
    .int()
    .min(64 * 1024)
    .default(64 * 1024 * 1024),
  maxFiles: z.int().min(2).default(8),
});

export type JournalOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): JournalOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
