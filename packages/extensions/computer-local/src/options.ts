import { z } from 'zod';

/** What a command finds where nobody says otherwise: enough to find programs. */
const usualEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

const schema = z
  .strictObject({
    /** All that a command finds in its environment, but for what it is given itself. */
    environment: z.record(z.string(), z.string()).default(usualEnvironment),
    /** The absolute path of a POSIX shell. */
    shell: z.string().startsWith('/').optional(),
  })
  .prefault({});

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
