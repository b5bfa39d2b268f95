import { z } from 'zod';

const schema = z
  .strictObject({
    /** All that a command finds in its environment. */
    environment: z.record(z.string(), z.string()).default({}),
    /** The absolute path of a shell that takes `-c`. */
    shell: z.string().startsWith('/').optional(),
  })
  .prefault({});

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
