import type { LogRecord } from '@dispatch/kernel';
import type { RecordSerializer } from './serialize-record.ts';

/** What may wait for a slow disk, what is being written included. */
const mostHeldBytes = 64 * 1024 * 1024;
/** What goes out in one write at most; the event loop is free in between. */
const mostPerWrite = 1024 * 1024;
/** So many records are turned into lines together. */
const recordsPerBatch = 64;
const bytesPerBatch = 64 * 1024;

/** Lines of so many records. */
export interface Lines {
  readonly bytes: Buffer;
  readonly count: number;
}

/**
 * Records on their way to the disk, in order, within a bound. They become lines every few dozen: a
 * turn that never waits would otherwise let its records pile up, and objects that pile up cost the
 * garbage collector far more than writing them out does. No effects.
 */
export interface WaitingLines {
  /** False where the record does not fit: it is lost. */
  push(record: LogRecord): boolean;
  /** The next ones to write; none where nothing waits. They are held until they settle. */
  take(): Lines | undefined;
  /** What was taken is written or lost. */
  settle(lines: Lines): void;
}

/** A record heavier than `mostBytes` never fits. */
export function createWaitingLines(serialize: RecordSerializer, mostBytes: number): WaitingLines {
  const perWrite = Math.min(mostPerWrite, mostBytes);
  let fresh: LogRecord[] = [];
  let freshBytes = 0;
  let waiting: Lines[] = [];
  let heldBytes = 0;

  function encodeFresh(): void {
    if (fresh.length === 0) return;
    let text = '';
    for (const record of fresh) text += `${serialize(record)}\n`;
    const lines = { bytes: Buffer.from(text, 'utf8'), count: fresh.length };
    waiting.push(lines);
    heldBytes += lines.bytes.length;
    fresh = [];
    freshBytes = 0;
  }

  return {
    push(record) {
      const bytes = weigh(record);
      if (bytes > mostBytes || heldBytes + freshBytes + bytes > mostHeldBytes) return false;
      fresh.push(record);
      freshBytes += bytes;
      if (fresh.length >= recordsPerBatch || freshBytes >= bytesPerBatch) encodeFresh();
      return true;
    },
    take() {
      encodeFresh();
      let bytes = 0;
      let end = 0;
      for (const lines of waiting) {
        bytes += lines.bytes.length;
        if (end > 0 && bytes > perWrite) break;
        end += 1;
      }
      if (end === 0) return undefined;
      const taken = waiting.slice(0, end);
      waiting = waiting.slice(end);
      return {
        bytes: Buffer.concat(taken.map((lines) => lines.bytes)),
        count: taken.reduce((sum, lines) => sum + lines.count, 0),
      };
    },
    settle(lines) {
      heldBytes -= lines.bytes.length;
    },
  };
}

/** About how long a record's line is. */
function weigh(record: LogRecord): number {
  if (record.type === 'log') return 300 + record.message.length;
  const { body } = record;
  if (body === undefined) return 300;
  return 300 + (typeof body === 'string' ? body.length : body.rest.length);
}
