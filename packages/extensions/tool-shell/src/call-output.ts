import type { NewCommand, Runtime } from '@dispatch/contracts';
import type { ToolContext } from '@dispatch/kernel';
import { CharacterDecoder } from './character-decoder.ts';
import { KeptOutput } from './kept-output.ts';
import { createStreamedOutput, deltaIntervalMs } from './output-stream.ts';

/** What is kept of one command's output, in bytes: its start and its end. */
const keptBytes = 10 * 1024 * 1024;

/** Read of one command per `deltaIntervalMs`: one that prints for ever does not eat the host. */
const bytesPerInterval = 1024 * 1024;

const streams = ['stdout', 'stderr'] as const;

/** What one command prints: decoded, streamed, and kept for its result. */
export interface CallOutput {
  /** Takes what was read. */
  take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** How much was taken so far. */
  takenBytes(): number;
  /** No more is taken; tells what was held back. Returns all that was kept, in the order in which it came. */
  end(): string;
  /** Gives what was kept, then whatever is taken, to somebody else; nothing of that is streamed or kept here. */
  handOver(to: NewCommand['onOutput']): void;
}

/** `setReading` is called with false when more came than one interval takes, then with true. */
export function createCallOutput(
  output: ToolContext['output'],
  runtime: Pick<Runtime, 'sleep'>,
  setReading: (isReading: boolean) => void,
): CallOutput {
  const kept = new KeptOutput(keptBytes);
  const streamed = createStreamedOutput(output, (ms) => runtime.sleep(ms));
  const decoders = { stdout: new CharacterDecoder(), stderr: new CharacterDecoder() };
  let heir: NewCommand['onOutput'] | undefined;
  /** Who printed last may have been cut within a word: the rest comes from there. */
  let last: 'stdout' | 'stderr' = 'stdout';
  let isOver = false;
  let isResting = false;
  let taken = 0;
  let takenBytes = 0;

  const say = (stream: 'stdout' | 'stderr', text: string) => {
    kept.append(text);
    streamed.push(stream, text);
  };

  const rest = async () => {
    isResting = true;
    setReading(false);
    await runtime.sleep(deltaIntervalMs);
    taken = 0;
    isResting = false;
    // What the command left running is not kept waiting either.
    if (heir === undefined) setReading(true);
  };

  return {
    take(stream, bytes) {
      if (heir !== undefined) return heir(stream, bytes);
      if (isOver) return;
      last = stream;
      say(stream, decoders[stream].write(bytes));
      taken += bytes.length;
      takenBytes += bytes.length;
      if (taken >= bytesPerInterval && !isResting) void rest();
    },
    takenBytes: () => takenBytes,
    end() {
      if (!isOver) {
        for (const stream of streams) {
          say(stream, Buffer.from(decoders[stream].pending).toString());
        }
      }
      isOver = true;
      streamed.flush();
      return kept.toString();
    },
    handOver(to) {
      isOver = true;
      heir = to;
      to(last, Buffer.from(kept.toString()));
      for (const stream of streams) to(stream, decoders[stream].pending);
    },
  };
}
