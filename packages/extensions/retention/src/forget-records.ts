import type { Runtime, Store } from '@dispatch/contracts';
import type { Logger, Sink } from '@dispatch/kernel';

/** The first look after a start comes about then, not with all that a start does. */
const firstMs = 60_000;
/** A turn's first records are written while its conversation is being stored. */
const youngMs = 300_000;

export interface ForgetRecordsOptions {
  readonly sinks: readonly Sink[];
  readonly store: Pick<Store, 'readHeads'>;
  readonly everyMs: number;
  readonly runtime: Pick<Runtime, 'wallNow' | 'sleep' | 'random'>;
  readonly logger: Logger;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
}

/**
 * Lets this host's sinks forget what they hold of deleted conversations, again and again until
 * `signal` fires. A look that fails is told and made again at its next time. Never rejects.
 */
export async function forgetRecords(options: ForgetRecordsOptions): Promise<void> {
  const { sinks, store, everyMs, runtime, logger, signal } = options;
  const findMissing = async (conversationIds: readonly string[]) => {
    const heads = await store.readHeads(conversationIds);
    const there = new Set(heads.map(({ conversationId }) => conversationId));
    return new Set(conversationIds.filter((id) => !there.has(id)));
  };
  // Hosts that were started together do not look together.
  await runtime.sleep(Math.min(firstMs, everyMs) * (0.5 + runtime.random()), signal);
  while (!signal.aborted) {
    const before = runtime.wallNow() - Math.min(youngMs, everyMs);
    for (const sink of sinks) {
      try {
        const removed = await sink.forget?.({ findMissing, before, signal });
        if (removed) logger.info('Removed records of deleted conversations.', { removed });
      } catch (error) {
        logger.warn('Records of deleted conversations could not be removed; it is tried again.', {
          sink: sink.name,
          error: String(error),
        });
      }
    }
    await runtime.sleep(everyMs, signal);
  }
}
