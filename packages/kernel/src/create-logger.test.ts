import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';
import type { LogRecord } from './logging.ts';
import { recordingLogger } from './testing/index.ts';

describe('createLogger', () => {
  it('stamps level, time and extension on a message, and where it belongs', () => {
    const logger = recordingLogger({ extension: 'x', now: () => 5 });
    const span = logger.openSpan('work');
    logger.warn('careful', { size: 3 }, span.context);
    logger.info('plain');
    const { traceId, spanId } = span.context;
    expect(logger.sink.records.slice(1)).toEqual([
      {
        ...{ type: 'log', level: 'warn', message: 'careful', at: 5, extension: 'x' },
        ...{ traceId, spanId, attributes: { size: 3 } },
      },
      { type: 'log', level: 'info', message: 'plain', at: 5, extension: 'x', attributes: {} },
    ]);
  });

  it('has a child inherit the trace and what it concerns, unless it says otherwise', () => {
    const logger = recordingLogger();
    const parent = logger.openSpan('turn', { conversationId: 'c', turnId: 't' });
    const child = logger.openSpan('step', { parent: parent.context, stepId: 't#0' });
    expect(child.context).toMatchObject({
      ...{ traceId: parent.context.traceId, conversationId: 'c', turnId: 't', stepId: 't#0' },
    });
    const [, record] = logger.sink.records;
    expect(record).toMatchObject({ parentSpanId: parent.context.spanId, turnId: 't' });
    expect(child.context.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(child.context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(logger.openSpan('other').context.traceId).not.toBe(parent.context.traceId);
  });

  it('closes a span once', () => {
    const logger = recordingLogger();
    const span = logger.openSpan('work', { body: 'in' });
    span.close({ status: 'error', attributes: { a: 1 }, body: 'out' });
    span.close();
    expect(logger.sink.records).toMatchObject([
      { type: 'span-open', name: 'work', body: 'in', attributes: {} },
      { type: 'span-close', status: 'error', attributes: { a: 1 }, body: 'out' },
    ]);
    expect(logger.sink.spans('work')[0]?.close?.spanId).toBe(span.context.spanId);
  });

  it('leaves messages below its level out, never spans', () => {
    const records: LogRecord[] = [];
    const ids = { newTraceId: () => 't', newSpanId: () => 's', now: () => 0, extension: 'x' };
    const logger = createLogger({ ...ids, level: 'warn', write: (record) => records.push(record) });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.openSpan('e').close();
    expect(records.map((record) => ('message' in record ? record.message : record.type))).toEqual([
      ...['c', 'd', 'span-open', 'span-close'],
    ]);
  });

  it('never throws for a sink that does', () => {
    const write = () => {
      throw new Error('the disk is full');
    };
    const ids = { newTraceId: () => 't', newSpanId: () => 's', now: () => 0, extension: 'x' };
    const logger = createLogger({ ...ids, write });
    expect(() => {
      logger.error('a');
      logger.openSpan('b').close();
    }).not.toThrow();
  });
});
