import { expect, test } from 'vitest';
import { chunk } from './chunk.ts';
import { eventLine, turnEvent } from './event.ts';
import { journalRecord } from './record.ts';

const envelope = { conversationId: 'c', turnId: 't', n: 2 ** 32 };

test('an event keeps its fields; a newer one may carry more', () => {
  const event = { type: 'text-delta', ...envelope, stepId: 't#0', delta: 'a\0b' } as const;
  expect(turnEvent.parse(event)).toEqual(event);
  expect(turnEvent.parse({ ...event, later: 1 })).toEqual(event);
  expect(turnEvent.safeParse({ ...event, type: 'later' }).success).toBe(false);
  expect(turnEvent.safeParse({ ...event, n: -1 }).success).toBe(false);
});

test('a line of a stream may be a resync', () => {
  const line = { type: 'resync', lastSeq: 4 } as const;
  expect(eventLine.parse(line)).toEqual(line);
  expect(turnEvent.safeParse(line).success).toBe(false);
});

test('a result that was never started has no duration', () => {
  const result = {
    type: 'tool-result',
    stepId: 't#0',
    callId: 'a',
    name: 'shell',
    content: [{ type: 'json', value: null }],
    isError: true,
    interrupted: true,
  } as const;
  expect(chunk.parse(result)).toEqual(result);
  expect(chunk.safeParse({ ...result, interrupted: false }).success).toBe(false);
});

test('a record of a journal holds scalars, and a body that may lean on an earlier one', () => {
  const record = {
    type: 'span-open',
    traceId: '0'.repeat(32),
    spanId: '1'.repeat(16),
    name: 'turn',
    at: '2026-11-21T10:00:00.000Z',
    extension: '@dispatch/session-orchestrator',
    attributes: { 'usage.inputTokens': 3, model: 'a/b', isFirst: true, note: null },
    body: { ref: '2'.repeat(16), keep: 10, hash: '3'.repeat(16), rest: '!' },
  } as const;
  expect(journalRecord.parse(record)).toEqual(record);
  expect(journalRecord.safeParse({ ...record, attributes: { usage: {} } }).success).toBe(false);
});
