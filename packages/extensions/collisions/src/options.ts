import { hostname } from 'node:os';
import { z } from 'zod';

const schema = z.strictObject({
  /** Hosts that say the same share the files of conversations without a computer. */
  machine: z.string().min(1).max(255).optional(),
});

export interface CollisionsOptions {
  readonly machine: string;
}

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): CollisionsOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return { machine: parsed.data.machine ?? hostname() };
}
