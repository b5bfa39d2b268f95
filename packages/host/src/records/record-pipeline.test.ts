import type { LogRecord, Sink } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import { createRedactor } from '../redactor/create-redactor.ts';
import { createRecordPipeline } from './record-pipeline.ts';

const log = (message: string, attributes = {}): LogRecord => ({
  type: 'log',
  level: 'info',
  message,
  at: 1,
  extension: 'x',
  attributes,
});

const recordingSink = (onWrite: (record: LogRecord) => void = () => {}) => {
  const told: string[] = [];
  const sink: Sink = {
    name: 'recording',
    write: (record) => {
      told.push(record.type === 'log' ? record.message : record.type);
      onWrite(record);
    },
    flush: async () => {},
  };
  return { sink, told };
};

const pipelineOf = (recordsBeforeSinks = 10) =>
  createRecordPipeline({
    recordsBeforeSinks,
    toldOfDropped: (count) => log(`${count} dropped`),
  });

test('what came before a sink is up comes first, in order, for each sink', () => {
  const pipeline = pipelineOf();
  const [first, second] = [recordingSink(), recordingSink()];
  pipeline.write(log('a'));
  pipeline.addSink(first.sink);
  pipeline.write(log('b'));
  pipeline.addSink(second.sink);
  pipeline.endOfSinks();
  pipeline.write(log('c'));
  expect(first.told).toEqual(['a', 'b', 'c']);
  expect(second.told).toEqual(['a', 'b', 'c']);
});

test('beyond the bound the oldest go, and the sink is told how many', () => {
  const pipeline = pipelineOf(2);
  for (const message of ['a', 'b', 'c', 'd', 'e']) pipeline.write(log(message));
  const { sink, told } = recordingSink();
  pipeline.addSink(sink);
  expect(told).toEqual(['3 dropped', 'd', 'e']);
});

test('a sink that throws or that logs while it writes hurts nobody', () => {
  const pipeline = pipelineOf();
  const broken = recordingSink(() => {
    throw new Error('disk full');
  });
  const chatty = recordingSink(() => pipeline.write(log('wrote one')));
  const { sink, told } = recordingSink();
  for (const one of [broken.sink, chatty.sink, sink]) pipeline.addSink(one);
  pipeline.write(log('a'));
  expect(broken.told).toContain('a');
  expect(chatty.told).toEqual(['a']);
  expect(told).toContain('a');
  expect(told).toContain('wrote one');
});

test('no secret passes, in messages, attributes and bodies, whose bytes stay as many', () => {
  const pipeline = createRecordPipeline({
    redactor: createRedactor(['hunter2hunter2']),
    recordsBeforeSinks: 10,
    toldOfDropped: (count) => log(`${count} dropped`),
  });
  const records: LogRecord[] = [];
  pipeline.addSink({ name: 's', write: (record) => records.push(record), flush: async () => {} });
  const span = { traceId: 't', spanId: 's', at: 1, attributes: {} };
  const untouched = log('fine', { n: 1 });
  pipeline.write(untouched);
  pipeline.write(log('pass hunter2hunter2', { key: 'hunter2hunter2', n: 2 }));
  pipeline.write({ type: 'span-open', ...span, name: 'n', extension: 'x', body: 'hunter2hunter2' });
  const rest = { ref: 's', keep: 14, hash: 'h', rest: 'hunter2hunter2!' };
  pipeline.write({ type: 'span-close', ...span, status: 'ok', body: rest });
  expect(JSON.stringify(records)).not.toContain('hunter2');
  expect(records[0]).toBe(untouched);
  expect(records[1]).toMatchObject({
    message: 'pass [redacted]',
    attributes: { key: '[redacted]', n: 2 },
  });
  expect(records[2]).toMatchObject({ body: '[redacted]****' });
  expect(records[3]).toMatchObject({ body: { keep: 14, rest: '[redacted]****!' } });
});
