import type { LogRecord, Sink, SpanCloseRecord, SpanOpenRecord } from '../logging.ts';

/** A span as both of its records tell it. */
export interface RecordedSpan {
  readonly open: SpanOpenRecord;
  /** Absent: it was never closed. */
  readonly close?: SpanCloseRecord;
}

/** A sink that keeps all that it takes over. */
export interface RecordingSink extends Sink {
  /** In the order in which they came. */
  readonly records: readonly LogRecord[];
  /** The spans of that name, or all of them, in the order of opening. */
  spans(name?: string): RecordedSpan[];
}

export function recordingSink(name = 'recording'): RecordingSink {
  const records: LogRecord[] = [];
  return {
    name,
    records,
    write(record) {
      records.push(record);
    },
    flush: () => Promise.resolve(),
    spans(wanted) {
      const closes = new Map<string, SpanCloseRecord>();
      for (const record of records) {
        if (record.type === 'span-close') closes.set(record.spanId, record);
      }
      return records.flatMap((open): RecordedSpan[] => {
        if (open.type !== 'span-open') return [];
        if (wanted !== undefined && open.name !== wanted) return [];
        const close = closes.get(open.spanId);
        return [close === undefined ? { open } : { open, close }];
      });
    },
  };
}
