import { StringDecoder } from 'node:string_decoder';
import type { Runtime } from '@dispatch/contracts';
import type { ToolContext } from '@dispatch/kernel';
import { KeptOutput } from './kept-output.ts';
import { createStreamedOutput, deltaIntervalMs } from './output-stream.ts';

/** What is kept of one command's output, in bytes: its start and its end. */
const keptBytes = 10 * 1024 * 1024;

/** Read of one command per `deltaIntervalMs`: one that prints for ever does not eat the host. */
const bytesPerInterval = 1024 * 1024;

/** What one command prints: decoded, streamed, and kept for its result. */
export interface CallOutput {
  /** Takes what was read. */
  take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** No more is taken; tells what was held back. Returns all that was kept, in the order in which it came. */
  end(): string;
}

/** `setReading` is called with false when more came than one interval takes, then with true. */
export function createCallOutput(
  output: ToolContext['output'],
  runtime: Pick<Runtime, 'sleep'>,
  setReading: (isReading: boolean) => void,
): CallOutput {
  const kept = new KeptOutput(keptBytes);
  const streamed = createStreamedOutput(output, (ms) => runtime.sleep(ms));
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let isOver = false;
  let isResting = false;
  let taken = 0;

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
    if (!isOver) setReading(true);
  };

  return {
    take(stream, bytes) {
      if (isOver) return;
      say(stream, decoders[stream].write(bytes));
      taken += bytes.length;
      if (taken >= bytesPerInterval && !isResting) void rest();
    },
    end() {
      for (const stream of ['stdout', 'stderr'] as const) say(stream, decoders[stream].end());
      isOver = true;
      streamed.flush();
      return kept.toString();
    },
  };
}
