import type { Runtime } from '@dispatch/contracts';

export interface ReadUpToOptions {
  readonly maxBytes: number;
  readonly withinMs: number;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
}

export interface ReadText {
  readonly text: string;
  /** The body ended by itself, within the limits. */
  readonly isWhole: boolean;
}

/**
 * Reads a body to its end, but no more than so many bytes and for no longer than so long; then lets
 * go of it. What breaks off ends there. Never rejects. A body that is read to its end leaves the
 * connection free for the next request.
 */
export async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { maxBytes, withinMs, runtime }: ReadUpToOptions,
): Promise<ReadText> {
  const decoder = new TextDecoder();
  const finished = runtime.newAbortController();
  let isLate = false;
  void runtime.sleep(withinMs, finished.signal).then(() => {
    if (finished.signal.aborted) return;
    isLate = true;
    void letGo(reader);
  });
  let text = '';
  let bytes = 0;
  let isWhole = false;
  try {
    while (bytes < maxBytes && !isLate) {
      const { done, value } = await reader.read();
      if (done) {
        isWhole = !isLate;
        break;
      }
      const taken = value.subarray(0, maxBytes - bytes);
      bytes += value.length;
      text += decoder.decode(taken, { stream: true });
    }
  } catch {
    // It broke off: what is here is all there is.
  }
  // With a reason, since the one that is made by default takes a stack trace.
  finished.abort('read');
  if (!isWhole) void letGo(reader);
  return { text: text + decoder.decode(), isWhole };
}

/** Gives a body up, and its connection with it. Never rejects. */
export async function letGo(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    await reader.cancel();
  } catch {
    // It had failed before.
  }
}
