import type { LogRecord } from '@dispatch/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecordSerializer } from './serialize-record.ts';

const text = fc.string({ unit: 'binary' });
const attributes = fc.dictionary(
  text,
  fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)),
);
const maybe = <T>(name: string, arbitrary: fc.Arbitrary<T>) =>
  fc
    .option(arbitrary, { nil: undefined })
    .map((value) => (value === undefined ? {} : { [name]: value }));
const join = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all));

const body = maybe(
  'body',
  fc.oneof(text, fc.record({ ref: text, keep: fc.nat(), hash: text, rest: text })),
);
const base = fc.record({ at: fc.nat(4e12), attributes });
const record: fc.Arbitrary<LogRecord> = fc.oneof(
  join(
    fc.record({
      type: fc.constant('span-open'),
      traceId: text,
      spanId: text,
      name: text,
      extension: text,
    }),
    base,
    body,
    maybe('parentSpanId', text),
    maybe('turnId', text),
    maybe('conversationId', text),
    maybe('stepId', text),
  ),
  join(
    fc.record({
      type: fc.constant('span-close'),
      traceId: text,
      spanId: text,
      status: fc.constantFrom('ok', 'error'),
    }),
    base,
    body,
    maybe('conversationId', text),
  ),
  join(
    fc.record({
      type: fc.constant('log'),
      level: fc.constantFrom('info', 'warn'),
      message: text,
      extension: text,
    }),
    base,
    maybe('traceId', text),
    maybe('spanId', text),
    maybe('conversationId', text),
  ),
);

it('writes what JSON.stringify would, with the time as text', () => {
  const serialize = createRecordSerializer();
  fc.assert(
    fc.property(record, (value) => {
      const expected = JSON.stringify({ ...value, at: new Date(value.at).toISOString() });
      expect(JSON.parse(serialize(value))).toEqual(JSON.parse(expected));
    }),
  );
});
