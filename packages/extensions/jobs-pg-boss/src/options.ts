import { z } from 'zod';

const schema = z.strictObject({
  /** Connections that this host opens at most. */
  maxConnections: z.int().min(1).max(100).default(2),
  /** How often this host asks for jobs of each name that it knows. */
  pollMs: z.int().min(500).max(3_600_000).default(5_000),
  /** How long after the host's start the first work in the background begins: a start has better things to do. */
  startDelayMs: z.int().min(0).max(3_600_000).default(5_000),
});

export type JobsPgBossOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): JobsPgBossOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
