import { z } from 'zod';

/** What the `ssh` program finds where nobody says otherwise: enough to find it. */
const usualEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

const schema = z
  .strictObject({
    /** The absolute path of an SSH configuration that is read instead of the user's own and the system's. */
    configFile: z.string().startsWith('/').optional(),
    /** What the `ssh` program itself is given, as `SSH_AUTH_SOCK`. Nothing of it reaches a command. */
    environment: z.record(z.string(), z.string()).default(usualEnvironment),
    /** Until a machine that does not answer counts as dead. */
    connectTimeoutMs: z.number().int().min(1000).max(120_000).default(10_000),
    /** A connection that nobody uses is closed after so long. */
    idleMs: z.number().int().min(1000).max(86_400_000).default(600_000),
    /** Commands at the same time on one computer. Three sessions come on top, and sshd lets ten be open. */
    maxCommands: z.number().int().min(1).max(1000).default(6),
  })
  .prefault({});

export type ComputerSshOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): ComputerSshOptions {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
