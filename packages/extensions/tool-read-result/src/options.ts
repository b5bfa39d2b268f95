import { z } from 'zod';

const schema = z
  .strictObject({
    /** Characters that one call reads at most. */
    maxLength: z.int().min(1).default(15_000),
  })
  .prefault({});

export type ReadResultOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): ReadResultOptions {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
