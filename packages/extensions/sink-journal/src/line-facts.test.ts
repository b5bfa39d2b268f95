import type { LogRecord } from '@dispatch/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOf } from './line-facts.ts';
import { createRecordSerializer } from './serialize-record.ts';

const facts = (line: string) => factsOf(Buffer.from(line, 'utf8'));
const hostile = [
  '","conversationId":"c-other","at":"1999"',
  '\\","traceId":"f"',
  '{"conversationId":"c-other"}',
];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...hostile));
const well = text.map((value) => value.toWellFormed());

it('finds what a record says, whatever stands in its texts', () => {
  const record = fc.record(
    {
      type: fc.constantFrom('span-open', 'span-close', 'log'),
      conversationId: well,
      traceId: well,
      name: text,
      message: text,
      body: text,
      value: text,
    },
    { requiredKeys: ['type', 'name', 'message', 'value'] },
  );
  const serialize = createRecordSerializer();
  fc.assert(
    fc.property(record, ({ value, name, message, traceId, ...more }) => {
      const trace = traceId ?? (more.type === 'log' ? undefined : 'trace');
      const whole = {
        ...{ extension: 'e', level: 'info', status: 'ok', spanId: 's', at: 0, name, message },
        ...(trace === undefined ? {} : { traceId: trace }),
        ...more,
        attributes: { [value]: value },
      };
      // Random values of the right types; which of the three kinds it is, is random as well.
      const line = serialize(whole as unknown as LogRecord);
      const { conversationId } = more;
      fc.pre(value !== 'conversationId' && value !== 'traceId');
      expect(facts(line)).toEqual({
        conversationId,
        traceId: trace,
        at: '1970-01-01T00:00:00.000Z',
      });
    }),
  );
});

it('takes the conversation that attributes name where the record has none', () => {
  const serialize = createRecordSerializer();
  const log = { type: 'log', level: 'info', message: 'm', at: 0, extension: 'e' } as const;
  const attributes = { conversationId: 'c-1' };
  expect(facts(serialize({ ...log, attributes })).conversationId).toBe('c-1');
  const own = { ...log, conversationId: 'c-2', attributes };
  expect(facts(serialize(own)).conversationId).toBe('c-2');
});

it.each([
  ['{"type":"span-open","conversationId":"c-', undefined],
  ['{"type":"span-close","conversationId":"c-1","at":"20', 'c-1'],
  ['{"conversationId":"\\u12"}', undefined],
  ['null', undefined],
  ['', undefined],
])('of a torn line, %j, it says what is there', (line, conversationId) => {
  expect(facts(line)).toEqual({ conversationId, traceId: undefined, at: undefined });
});
