import type { LogRecord, Sink } from '@dispatch/kernel';
import type { HostRedactor } from '../redactor/create-redactor.ts';
import { redactRecord } from './redact-record.ts';

export interface RecordPipelineOptions {
  /** Undefined where there are no secrets: records then pass as they are. */
  readonly redactor?: HostRedactor;
  /** How many records are kept for sinks that are not up yet; beyond it the oldest are dropped. */
  readonly recordsBeforeSinks: number;
  /** What a sink is told first where records were dropped before it was up. */
  readonly toldOfDropped: (count: number) => LogRecord;
}

/** From all loggers of a host to all its sinks. Nothing here throws or waits. */
export interface RecordPipeline {
  /** Synchronous, on the hot path. */
  write(record: LogRecord): void;
  /** Gives the sink what was kept for it, then all that comes. */
  addSink(sink: Sink): void;
  /** No further sink will come: what was kept is let go. */
  endOfSinks(): void;
  /** Resolves when all these sinks have flushed, well or not. */
  flush(sinks: readonly Sink[]): Promise<void>;
  removeSink(sink: Sink): void;
}

interface AddedSink {
  readonly sink: Sink;
  /** A sink that logs while it takes a record over would be called without end. */
  isTaking: boolean;
}

export function createRecordPipeline(options: RecordPipelineOptions): RecordPipeline {
  const { redactor, recordsBeforeSinks } = options;
  const added: AddedSink[] = [];
  let kept: LogRecord[] | undefined = [];
  let dropped = 0;

  const keep = (record: LogRecord, records: LogRecord[]) => {
    records.push(record);
    if (records.length > recordsBeforeSinks) {
      records.shift();
      dropped += 1;
    }
  };

  return {
    write(raw) {
      const record = redactor === undefined ? raw : redactRecord(raw, redactor);
      if (kept !== undefined) keep(record, kept);
      for (const target of added) give(target, record);
    },
    addSink(sink) {
      const target = { sink, isTaking: false };
      if (dropped > 0) give(target, options.toldOfDropped(dropped));
      // A copy: what the sink logs meanwhile is kept as well.
      for (const record of [...(kept ?? [])]) give(target, record);
      added.push(target);
    },
    endOfSinks() {
      kept = undefined;
    },
    async flush(sinks) {
      await Promise.allSettled(sinks.map(async (sink) => sink.flush()));
    },
    removeSink(sink) {
      const index = added.findIndex((target) => target.sink === sink);
      if (index >= 0) added.splice(index, 1);
    },
  };
}

function give(target: AddedSink, record: LogRecord): void {
  if (target.isTaking) return;
  target.isTaking = true;
  try {
    target.sink.write(record);
  } catch {
    // A sink that fails must not fail what it watches (KERNEL.md rule 11).
  }
  target.isTaking = false;
}
