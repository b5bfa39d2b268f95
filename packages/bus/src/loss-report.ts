import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';

const sentences = {
  'queue-full': 'Messages that waited for the bus were dropped: too many waited.',
  refused: 'The server of the bus refused messages.',
  'too-long': 'Messages were dropped: longer than a bus carries.',
  'bad-topic': 'Messages were dropped: their topic is not one.',
  incomplete: 'Long messages came in part only.',
  unreadable: 'Something that is not a message came over the bus.',
  'listener-threw': 'A listener on the bus threw.',
} as const;

export type Loss = keyof typeof sentences;

export type LossReport = (loss: Loss, count?: number, error?: unknown) => void;

const everyMs = 10_000;

/** At once for the first of a kind, then one record in ten seconds with how many there were. */
export function createLossReport(logger: Logger, runtime: Pick<Runtime, 'now'>): LossReport {
  const counts = new Map<Loss, { count: number; nextAt: number }>();
  return (loss, count = 1, error = undefined) => {
    const entry = counts.get(loss) ?? { count: 0, nextAt: Number.NEGATIVE_INFINITY };
    counts.set(loss, entry);
    entry.count += count;
    const now = runtime.now();
    if (now < entry.nextAt) return;
    const attributes = { loss, count: entry.count };
    logger.warn(
      sentences[loss],
      error === undefined ? attributes : { ...attributes, error: String(error) },
    );
    entry.count = 0;
    entry.nextAt = now + everyMs;
  };
}
