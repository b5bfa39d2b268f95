import { expect, test } from 'vitest';
import { consoleSink, formatLogLine } from './console-sink.ts';

const record = {
  type: 'log',
  level: 'warn',
  message: 'slow\n\u001b[2Jdisk',
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  extension: 'store',
  attributes: { ms: 12, path: 'a b', plain: 'x', none: undefined },
} as const;

test('a record is one line, whatever it holds', () => {
  expect(formatLogLine(record, false)).toBe(
    '03:04:05.006 WARN  store slow\\n\\u001b[2Jdisk ms=12 path="a b" plain=x\n',
  );
  expect(formatLogLine(record, true)).toContain('\u001b[33mWARN \u001b[0m');
});

test('spans are not told', () => {
  const lines: string[] = [];
  const sink = consoleSink((line) => lines.push(line), false);
  sink.write(record);
  sink.write({
    type: 'span-close',
    traceId: 't',
    spanId: 's',
    at: 1,
    status: 'ok',
    attributes: {},
  });
  expect(lines).toHaveLength(1);
});
