import { createLogger } from '../create-logger.ts';
import type { Logger } from '../logging.ts';
import { type RecordingSink, recordingSink } from './recording-sink.ts';

export interface RecordingLogger extends Logger {
  readonly sink: RecordingSink;
}

export interface RecordingLoggerParts {
  /** `test` unless given. */
  readonly extension?: string;
  /** Stands still at 0 unless given. */
  readonly now?: () => number;
  /** Share one to see the records of several loggers in one row. */
  readonly sink?: RecordingSink;
  /** Distinguishes the ids of loggers that share a sink. */
  readonly idPrefix?: string;
}

/** A logger whose records can be looked at. Ids count up, so that two runs of one test are equal. */
export function recordingLogger(parts: RecordingLoggerParts = {}): RecordingLogger {
  const { extension = 'test', now = () => 0, sink = recordingSink(), idPrefix = '' } = parts;
  let ids = 0;
  const newId = (digits: number) => {
    ids += 1;
    return idPrefix + ids.toString(16).padStart(digits - idPrefix.length, '0');
  };
  const logger = createLogger({
    extension,
    now,
    write: (record) => sink.write(record),
    newTraceId: () => newId(32),
    newSpanId: () => newId(16),
  });
  return { ...logger, sink };
}
