import { z } from 'zod';

const schema = z
  .strictObject({
    /** Names this host among all that share the store; the same after a restart. */
    hostId: z.string().min(1).max(128).optional(),
    /** Commands of one conversation that may run at once. */
    maxRunning: z.int().min(1).max(100).default(10),
    /** MiB kept of what one command prints: the first half as it came, and the newest. */
    outputMb: z.int().min(1).max(64).default(2),
  })
  .prefault({});

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
