import { z } from 'zod';

const schema = z.object({
  commandId: z.string(),
  conversationId: z.string(),
  callId: z.string(),
  computerId: z.string().exactOptional(),
  command: z.string(),
  cwd: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  /** The life of the host that runs it. */
  hostId: z.string(),
  /**
   * `exited` by itself, `stopped` by someone or by its host's end, `failed` to start or lost its
   * computer, `lost` with its host.
   */
  state: z.enum(['running', 'exited', 'stopped', 'failed', 'lost']),
  exitCode: z.number().exactOptional(),
  signal: z.string().exactOptional(),
  failure: z.string().exactOptional(),
  /** Bytes that it has printed and that were stored, whatever of them is still kept. */
  size: z.number(),
  /** How its output is kept: so many pieces from the start, and as many of the newest. */
  keptPieces: z.number(),
  /** Somebody wants it to end. */
  isStopRequested: z.boolean().exactOptional(),
});

/** A command in the background as the store has it. */
export type StoredCommand = z.infer<typeof schema>;

/** As the host has it that runs it: running, though another took that host for dead. Undefined where it is over. Pure. */
export function asRun(stored: StoredCommand): StoredCommand | undefined {
  if (stored.state === 'running') return stored;
  return stored.state === 'lost' ? { ...stored, state: 'running' } : undefined;
}

/** Throws where the text was not made by `JSON.stringify` of one. */
export function readStored(json: string): StoredCommand {
  return schema.parse(JSON.parse(json));
}
