import type { LogRecord, Sink } from '@dispatch/kernel';
import type { WordCountOptions } from './options.ts';

/** A sink, and what it has kept. */
export interface WordCountSink extends Sink {
  readonly kept: readonly LogRecord[];
}

/** Makes the sink `word-count`: it keeps the newest records. */
export function createWordCountSink({ maxRecords }: WordCountOptions): WordCountSink {
  const kept: LogRecord[] = [];
  return {
    name: 'word-count',
    kept,
    write(record) {
      kept.push(record);
      if (kept.length > maxRecords) kept.shift();
    },
    async flush() {},
  };
}
