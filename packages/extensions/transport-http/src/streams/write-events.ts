import type { FollowBatch, Follower, Runtime } from '@dispatch/contracts';
import { drained } from './drained.ts';
import type { EventSink } from './event-sink.ts';

/** What one read takes from a turn's log, and one write gives to the socket. */
const batchBytes = 128 * 1024;
/** WIRE.md section 4: an empty line after so much silence. */
const heartbeatMs = 15_000;

/**
 * Writes what a follower brings as NDJSON, one write a batch, until it ends or the client goes away;
 * then closes the follower and ends the response. The head of the response is written, not yet sent:
 * it goes out with the first events where there are some, else by itself at once.
 *
 * Nothing is read while the socket has more than its own buffer to send, so a reader costs no more
 * than that and one batch. Never rejects.
 */
export async function writeEvents(options: {
  readonly response: EventSink;
  readonly follower: Follower;
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'newAbortController'>;
}): Promise<void> {
  const { response, follower, runtime } = options;
  const over = runtime.newAbortController();
  const progress = { isSent: false, isBlocked: false, lastWrite: runtime.now() };

  response.once('close', () => follower.close());
  if (response.destroyed) follower.close();
  // Runs when all that is ready now has run: what `next` could give at once is written by then.
  process.nextTick(() => {
    if (!progress.isSent && !response.destroyed) response.flushHeaders();
  });
  void beat(response, progress, runtime, over.signal);

  for (;;) {
    const batch = await follower.next(batchBytes);
    if (batch === undefined || response.destroyed) break;
    progress.isSent = true;
    progress.lastWrite = runtime.now();
    if (response.write(linesOf(batch))) continue;
    progress.isBlocked = true;
    await drained(response);
    progress.isBlocked = false;
  }
  // A reason of its own: without one each stream would pay for an exception with its stack.
  over.abort('the stream is over');
  follower.close();
  response.end();
}

function linesOf(batch: FollowBatch): string {
  if ('resync' in batch) return `{"type":"resync","lastSeq":${batch.resync.lastSeq}}\n`;
  const [first, second] = batch.events;
  return second === undefined ? `${first}\n` : `${batch.events.join('\n')}\n`;
}

async function beat(
  response: EventSink,
  progress: { readonly isBlocked: boolean; lastWrite: number },
  runtime: Pick<Runtime, 'now' | 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const dueInMs = progress.lastWrite + heartbeatMs - runtime.now();
    if (dueInMs > 0) {
      await runtime.sleep(dueInMs, signal);
      continue;
    }
    progress.lastWrite = runtime.now();
    // Who does not read what there is has no use for a sign of life.
    if (!progress.isBlocked && !response.destroyed) response.write('\n');
  }
}
