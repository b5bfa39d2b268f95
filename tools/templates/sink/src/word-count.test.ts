import { sinkConformance } from '@dispatch/conformance';
import { expect, it } from 'vitest';
import { createWordCountSink } from './index.ts';

sinkConformance('word-count', () => {
  const sink = createWordCountSink({ maxRecords: 1000 });
  return { sink, arrived: async () => sink.kept };
});

it('keeps no more than it is told', () => {
  const sink = createWordCountSink({ maxRecords: 2 });
  for (const message of ['a', 'b', 'c']) {
    sink.write({ type: 'log', level: 'info', message, at: 0, extension: 'test', attributes: {} });
  }
  expect(sink.kept.map((record) => record.type === 'log' && record.message)).toEqual(['b', 'c']);
});
