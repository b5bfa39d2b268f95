import { z } from 'zod';

const schema = z.strictObject({}).prefault({});

/** Takes no options. Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
