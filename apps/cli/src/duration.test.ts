import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['10m', 600_000],
  ['500ms', 500],
  ['', undefined],
  ['1d', undefined],
  ['-1', undefined],
  ['1 h', undefined],
])('%s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [0, '0ms'],
  [999.4, '999ms'],
  [1000, '1.0s'],
  [59_999, '59.9s'],
  [60_000, '1m 00s'],
  [3_599_999, '59m 59s'],
  [3_600_000, '1h 00m'],
])('%s ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
