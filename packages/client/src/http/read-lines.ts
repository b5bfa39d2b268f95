import type { EventLine } from '@dispatch/wire';
import { watchSilence } from '../silence-watch.ts';
import type { Surroundings } from '../surroundings.ts';
import { createLineSplitter } from './line-splitter.ts';

/**
 * The lines of an answer, all that one read brought at a time. Ends where the answer ends, is cut
 * off, says something that is no JSON, or falls silent for `silenceMs`: whoever reads tells by what
 * it has seen whether that was the end. Leaving the loop lets the connection go.
 */
export async function* readLines(
  response: Response,
  surroundings: Pick<Surroundings, 'now' | 'sleep'>,
  silenceMs: number,
): AsyncGenerator<readonly EventLine[], void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const split = createLineSplitter();
  const release = () => {
    reader.cancel().catch(() => {});
  };
  const silence = watchSilence(surroundings, [silenceMs], release);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.touch();
      const lines = split(value).filter((line) => line !== '');
      if (lines.length > 0) yield lines.map(parseLine);
    }
  } catch {
    // Cut off, or not the protocol: the same to who reads on from a cursor.
  } finally {
    silence.stop();
    release();
  }
}

function parseLine(line: string): EventLine {
  const value: EventLine = JSON.parse(line);
  if (typeof value?.type !== 'string') throw new TypeError('A line is no event.');
  return value;
}
