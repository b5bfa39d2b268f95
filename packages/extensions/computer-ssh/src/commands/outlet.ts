import type { StreamName } from '../sessions/session.ts';

/** Between what a session prints and who is told: holds what comes while nobody reads, as at first. */
export interface Outlet {
  push(stream: StreamName, bytes: Buffer): void;
  setReading(isReading: boolean): void;
  /** Nobody is told any more. */
  discard(): void;
  /** Resolves when nothing is held. */
  drained(): Promise<void>;
  /** What is held of standard error, for a message. */
  heldErrors(): string;
}

export function createOutlet(tell: (stream: StreamName, bytes: Uint8Array) => void): Outlet {
  let held: (readonly [StreamName, Buffer])[] = [];
  let isReading = false;
  let isDiscarded = false;
  let onDrained = () => {};

  const drain = () => {
    // Whoever is told may stop reading again.
    while (isReading) {
      const first = held.shift();
      if (first === undefined) break;
      tell(...first);
    }
    if (held.length === 0) onDrained();
  };

  return {
    push(stream, bytes) {
      if (isDiscarded || bytes.length === 0) return;
      held.push([stream, bytes]);
      drain();
    },
    setReading(next) {
      isReading = next;
      drain();
    },
    discard() {
      isDiscarded = true;
      held = [];
      onDrained();
    },
    drained() {
      if (held.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        onDrained = resolve;
      });
    },
    heldErrors() {
      const errors = held.flatMap(([stream, bytes]) => (stream === 'stderr' ? [bytes] : []));
      return Buffer.concat(errors).toString().slice(0, 1000);
    },
  };
}
