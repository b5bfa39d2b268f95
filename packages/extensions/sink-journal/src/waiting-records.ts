import type { LogRecord } from '@dispatch/kernel';

/** What may wait for a slow disk, what is being written included: records, and bytes of their texts. */
const mostHeld = { records: 50_000, bytes: 64 * 1024 * 1024 };

/** What goes out in one write at most; the event loop is free in between. */
const mostPerWrite = { records: 500, bytes: 1024 * 1024 };

/** The records that wait to be written, in order, within a bound. No effects. */
export interface WaitingRecords {
  /** False where the record does not fit: it is lost. */
  push(record: LogRecord): boolean;
  /** The next ones to write, at least one where there is any. They are held until they settle. */
  take(): readonly LogRecord[];
  /** What was taken is written or lost. */
  settle(records: readonly LogRecord[]): void;
  isEmpty(): boolean;
}

/** A record heavier than `mostBytes` never fits. */
export function createWaitingRecords(mostBytes: number): WaitingRecords {
  const perWrite = Math.min(mostPerWrite.bytes, mostBytes);
  let waiting: LogRecord[] = [];
  /** Where the next write begins: what stands before it is taken. */
  let next = 0;
  let heldRecords = 0;
  let heldBytes = 0;

  return {
    isEmpty: () => next >= waiting.length,
    push(record) {
      const bytes = weigh(record);
      if (heldRecords >= mostHeld.records || heldBytes + bytes > mostHeld.bytes) return false;
      if (bytes > mostBytes) return false;
      heldRecords += 1;
      heldBytes += bytes;
      waiting.push(record);
      return true;
    },
    take() {
      const from = next;
      let bytes = 0;
      for (let record = waiting[next]; record !== undefined; record = waiting[next]) {
        bytes += weigh(record);
        const isEnough = next - from >= mostPerWrite.records || bytes > perWrite;
        if (isEnough && next > from) break;
        next += 1;
      }
      const taken = waiting.slice(from, next);
      if (next >= waiting.length) {
        waiting = [];
        next = 0;
      }
      return taken;
    },
    settle(records) {
      heldRecords -= records.length;
      for (const record of records) heldBytes -= weigh(record);
    },
  };
}

/** About how much memory a record holds, and how long its line is. */
function weigh(record: LogRecord): number {
  if (record.type === 'log') return 300 + record.message.length;
  const { body } = record;
  if (body === undefined) return 300;
  return 300 + (typeof body === 'string' ? body.length : body.rest.length);
}
