import { isAbsolute } from 'node:path';
import { z } from 'zod';

const schema = z.strictObject({
  /** Where the files are; made where it does not exist. */
  folder: z.string().refine(isAbsolute, 'must be an absolute path'),
  maxFileBytes: z
    .int()
    .min(64 * 1024)
    .default(64 * 1024 * 1024),
  /** All files together, in MiB. */
  maxTotalMb: z.int().min(1).max(1_048_576).default(1024),
  /** In days; 0: no matter how old. */
  maxAgeDays: z.int().min(0).max(36_500).default(30),
});

export type JournalOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): JournalOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
