import type { ChildProcessWithoutNullStreams } from 'node:child_process';

type StreamName = 'stdout' | 'stderr';

/** What a session prints, and who is told of it. Nobody reads at first. */
export interface PausableOutput {
  /** Tells it now, or when somebody reads. */
  tell(name: StreamName, bytes: Buffer): void;
  setReading(isReading: boolean): void;
  /** From now on nobody is told; what comes is read and dropped. */
  discard(): void;
}

/** Kept of standard error while nobody reads: the lines of our own among it have to come through. */
const heldBytes = 256 * 1024;

/** @param onBytes With `undefined` at a stream's end. */
export function createPausableOutput(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  onBytes: (name: StreamName, bytes: Buffer | undefined) => void,
  listener: (name: StreamName, bytes: Uint8Array) => void,
): PausableOutput {
  let held: (readonly [StreamName, Buffer])[] = [];
  let size = 0;
  let isReading = false;
  let isDiscarded = false;

  stdout.on('data', (bytes: Buffer) => onBytes('stdout', bytes));
  stderr.on('data', (bytes: Buffer) => onBytes('stderr', bytes));
  stdout.once('end', () => onBytes('stdout', undefined));
  stderr.once('end', () => onBytes('stderr', undefined));

  const setReading = (next: boolean) => {
    isReading = next;
    if (!isReading) {
      stdout.pause();
      return;
    }
    // Whoever is told may stop reading again.
    while (isReading) {
      const [first, ...rest] = held;
      if (first === undefined) break;
      held = rest;
      size -= first[1].length;
      listener(...first);
    }
    if (!isReading) return;
    stdout.resume();
    stderr.resume();
  };

  return {
    tell(name, bytes) {
      if (isDiscarded) return;
      if (isReading) {
        listener(name, bytes);
        return;
      }
      held.push([name, bytes]);
      size += bytes.length;
      if (name === 'stdout') stdout.pause();
      else if (size > heldBytes) stderr.pause();
    },
    setReading(next) {
      if (!isDiscarded) setReading(next);
    },
    discard() {
      isDiscarded = true;
      held = [];
      setReading(true);
    },
  };
}
