import type { OutputStream } from '@dispatch/kernel';

/** What is streamed of one call; what comes behind it is only kept for the result. */
const maxStreamedCharacters = 1024 * 1024;

/** Deltas of one call are at least so far apart. */
export const deltaIntervalMs = 20;

const streamedNotice =
  '\n[there is more: it is no longer shown here, its end comes with the result]\n';

export interface StreamedOutput {
  /** Tells what was printed: at once after a silence, else gathered. */
  push(stream: 'stdout' | 'stderr', text: string): void;
  /** Tells what was gathered. */
  flush(): void;
}

/**
 * Gathers what a command prints into few deltas, in the order in which it came, and stops telling
 * after `maxStreamedCharacters`, with a notice.
 */
export function createStreamedOutput(
  output: (stream: OutputStream, delta: string) => void,
  sleep: (ms: number) => Promise<void>,
): StreamedOutput {
  let gathered: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  let told = 0;
  let isWaiting = false;

  const flush = () => {
    const pieces = gathered;
    gathered = [];
    for (const { stream, text } of pieces) output(stream, text);
  };

  const wait = async () => {
    isWaiting = true;
    await sleep(deltaIntervalMs);
    isWaiting = false;
    if (gathered.length > 0) {
      flush();
      void wait();
    }
  };

  return {
    flush,
    push(stream, text) {
      if (text === '' || told > maxStreamedCharacters) return;
      const room = maxStreamedCharacters - told;
      // Cutting inside a surrogate pair leaves U+FFFD in its place.
      const shown = text.length > room ? text.slice(0, room).toWellFormed() + streamedNotice : text;
      told += Math.min(text.length, room + 1);
      const last = gathered.at(-1);
      if (last?.stream === stream) last.text += shown;
      else gathered.push({ stream, text: shown });
      if (isWaiting) return;
      flush();
      void wait();
    },
  };
}
