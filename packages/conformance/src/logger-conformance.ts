import type { Logger, LogRecord } from '@dispatch/kernel';
import { describe, expect, it } from 'vitest';

export interface LoggerFixture {
  readonly logger: Logger;
  /** Who the logger was made for. */
  readonly extension: string;
  /** All that has arrived where records go, in order. */
  readonly records: readonly LogRecord[];
}

/** The suite of the contract `logging` (KERNEL.md rule 11), for whoever makes loggers. */
export function loggerConformance(name: string, make: () => LoggerFixture): void {
  describe(`${name}: logging contract`, () => {
    it('stamps each record with who logs', () => {
      const { logger, extension, records } = make();
      logger.error('broken', { count: 1 });
      logger.openSpan('work').close();
      const [message, open] = records;
      expect(message).toMatchObject({ type: 'log', level: 'error', message: 'broken', extension });
      expect(open).toMatchObject({ type: 'span-open', name: 'work', extension });
    });

    it('opens and closes apart, once each, and a child stands in the trace of its parent', () => {
      const { logger, records } = make();
      const parent = logger.openSpan('parent', { conversationId: 'c', turnId: 't' });
      const child = logger.openSpan('child', { parent: parent.context });
      expect(records).toHaveLength(2);
      child.close({ status: 'error' });
      child.close();
      parent.close();
      expect(records.map(({ type }) => type)).toEqual([
        'span-open',
        'span-open',
        'span-close',
        'span-close',
      ]);
      expect(child.context).toMatchObject({
        traceId: parent.context.traceId,
        conversationId: 'c',
        turnId: 't',
      });
      expect(records[1]).toMatchObject({ parentSpanId: parent.context.spanId });
      expect(records[2]).toMatchObject({ spanId: child.context.spanId, status: 'error' });
      expect(parent.context.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(parent.context.spanId).toMatch(/^[0-9a-f]{16}$/);
    });

    it('says of each record of a span whose it is', () => {
      const { logger, records } = make();
      const parent = logger.openSpan('parent', { conversationId: 'c' });
      const child = logger.openSpan('child', { parent: parent.context });
      logger.warn('slow', {}, child.context);
      child.close();
      expect(records.map((record) => record.conversationId)).toEqual(['c', 'c', 'c', 'c']);
      logger.warn('slow');
      logger.openSpan('work').close();
      expect(records.slice(4).every((record) => !('conversationId' in record))).toBe(true);
    });

    it('gives every span an id of its own', () => {
      const { logger } = make();
      const ids = Array.from({ length: 100 }, () => logger.openSpan('s').context.spanId);
      expect(new Set(ids).size).toBe(100);
    });
  });
}
