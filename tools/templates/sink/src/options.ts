import { z } from 'zod';

const schema = z
  .strictObject({
    /** Records that are kept. */
    maxRecords: z.int().min(1).default(1000),
  })
  .prefault({});

export type WordCountOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): WordCountOptions {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
