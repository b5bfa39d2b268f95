import type { LogRecord, Sink } from '@dispatch/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A sink under test. */
export interface SinkFixture {
  readonly sink: Sink;
  /** What arrived, in the order in which it arrived, as the records' own JSON (`at` may be text). */
  arrived(): Promise<readonly unknown[]>;
  /** Called after each test. */
  readonly dispose?: () => Promise<void>;
}

/**
 * The suite of the contract `sink`: order, flush, and that nothing which a caller can write makes
 * it throw or wait.
 */
export function sinkConformance(
  name: string,
  make: () => SinkFixture | Promise<SinkFixture>,
): void {
  describe(`${name}: sink contract`, () => {
    let fixture: SinkFixture;
    beforeEach(async () => {
      fixture = await make();
    });
    afterEach(async () => {
      await fixture.dispose?.();
    });

    it('has a name', () => {
      expect(fixture.sink.name.trim()).not.toBe('');
    });

    it('keeps the order of what it is given, across kinds and flushes', async () => {
      const records = [0, 1, 2, 3].flatMap((round) => sampleRecords(round));
      records.forEach((record, index) => {
        fixture.sink.write(record);
        if (index === 5) void fixture.sink.flush();
      });
      await fixture.sink.flush();
      const arrived = await fixture.arrived();
      expect(arrived.map(identityOf)).toEqual(records.map(identityOf));
    });

    it('has everything out when a flush resolves, each time', async () => {
      for (const round of [0, 1, 2]) {
        for (const record of sampleRecords(round)) fixture.sink.write(record);
        await fixture.sink.flush();
        expect(await fixture.arrived()).toHaveLength(3 * (round + 1));
      }
    });

    it('keeps what a record says', async () => {
      const [open, message, close] = sampleRecords(7);
      for (const record of [open, message, close]) if (record) fixture.sink.write(record);
      await fixture.sink.flush();
      const said = (await fixture.arrived()).map((record) => ({
        ...Object(record),
        at: undefined,
      }));
      expect(said).toEqual([open, message, close].map((record) => ({ ...record, at: undefined })));
    });

    it('resolves a flush of nothing, and flushes that overlap', async () => {
      await fixture.sink.flush();
      for (const record of sampleRecords(0)) fixture.sink.write(record);
      await Promise.all([fixture.sink.flush(), fixture.sink.flush()]);
      expect(await fixture.arrived()).toHaveLength(3);
    });

    it('never throws, whatever the values are', async () => {
      const odd = {
        nan: Number.NaN,
        infinite: Infinity,
        lone: '\ud800',
        zero: '\u0000',
        no: undefined,
      };
      expect(() => fixture.sink.write({ ...message(0), attributes: odd })).not.toThrow();
      expect(() => fixture.sink.write({ ...message(1), at: Number.NaN })).not.toThrow();
      expect(() =>
        fixture.sink.write({ ...message(2), message: 'x'.repeat(1_000_000) }),
      ).not.toThrow();
      await fixture.sink.flush();
    });
  });
}

function message(index: number): Extract<LogRecord, { type: 'log' }> {
  return {
    type: 'log',
    level: 'info',
    message: `message ${index}, "quoted" and \u00fc`,
    at: 1_750_000_000_000 + index,
    extension: '@dispatch/conformance',
    attributes: { index, isGood: true, nothing: null },
  };
}

function sampleRecords(round: number): LogRecord[] {
  const traceId = round.toString(16).padStart(32, '0');
  const spanId = round.toString(16).padStart(16, '0');
  const at = 1_750_000_000_000 + round * 10;
  const body = { ref: spanId, keep: 3, hash: '0'.repeat(16), rest: 'line\nline' };
  return [
    {
      type: 'span-open',
      traceId,
      spanId,
      parentSpanId: 'f'.repeat(16),
      name: 'step',
      at,
      extension: '@dispatch/conformance',
      conversationId: 'c-1',
      turnId: 't-1',
      stepId: `t-1#${round}`,
      attributes: { index: round, model: 'a/b' },
      body,
    },
    { ...message(round), traceId, spanId },
    { type: 'span-close', traceId, spanId, at: at + 5, status: 'ok', attributes: {}, body: 'all' },
  ];
}

function identityOf(record: unknown): string {
  const { type, spanId } = Object(record);
  return `${type} ${spanId}`;
}
