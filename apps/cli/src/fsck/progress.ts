import type { Io } from '../io.ts';

/** A line on standard error that is written over; none where no terminal reads it. */
export interface Progress {
  /** Shown at once, or not at all where the last one is fresh. */
  show(text: string): void;
  /** Takes the line away, for what is to stand there. */
  clear(): void;
}

const everyMs = 100;

export function createProgress(io: Pick<Io, 'env' | 'stderr' | 'wallNow'>): Progress {
  const isShown = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  let isThere = false;
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const now = io.wallNow();
      if (!isShown || now - last < everyMs) return;
      last = now;
      isThere = true;
      io.stderr.write(`\r\u001b[K${text.slice(0, (io.stderr.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isThere) io.stderr.write('\r\u001b[K');
      isThere = false;
    },
  };
}
