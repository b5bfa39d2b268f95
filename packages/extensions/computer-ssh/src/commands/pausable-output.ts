import type { ChildProcessWithoutNullStreams } from 'node:child_process';

type StreamName = 'stdout' | 'stderr';

/** What a session prints, and who is told of it. */
export interface PausableOutput {
  tell(name: StreamName, bytes: Buffer): void;
  setReading(isReading: boolean): void;
  /** From now on nobody is told; what comes is read and dropped. */
  discard(): void;
}

/** Kept of standard error while nobody reads: the lines of our own among it have to come through. */
const heldBytes = 256 * 1024;

/** @param onBytes With `undefined` at a stream's end. What it tells is held back while nobody reads. */
export function createPausableOutput(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  onBytes: (name: StreamName, bytes: Buffer | undefined) => void,
  listener: (name: StreamName, bytes: Uint8Array) => void,
): PausableOutput {
  let held: Buffer[] = [];
  let size = 0;
  let isReading = true;
  let isDiscarded = false;

  stdout.on('data', (bytes: Buffer) => onBytes('stdout', bytes));
  stderr.on('data', (bytes: Buffer) => onBytes('stderr', bytes));
  stdout.once('end', () => onBytes('stdout', undefined));
  stderr.once('end', () => onBytes('stderr', undefined));

  return {
    tell(name, bytes) {
      if (isDiscarded) return;
      if (isReading || name === 'stdout') {
        listener(name, bytes);
        return;
      }
      held.push(bytes);
      size += bytes.length;
      if (size > heldBytes) stderr.pause();
    },
    setReading(next) {
      isReading = next || isDiscarded;
      if (!isReading) {
        stdout.pause();
        return;
      }
      const late = held;
      held = [];
      size = 0;
      if (!isDiscarded) for (const bytes of late) listener('stderr', bytes);
      stdout.resume();
      stderr.resume();
    },
    discard() {
      isDiscarded = true;
      this.setReading(true);
    },
  };
}
