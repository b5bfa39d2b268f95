import { expect, test } from 'vitest';
import { signalJudge } from './signals.ts';

test('the first stops, its echo counts as the same one, the next ends at once', () => {
  let now = 1000;
  const judge = signalJudge(() => now);
  expect(judge('SIGINT')).toBe('stop');
  now += 5;
  expect(judge('SIGINT')).toBeUndefined();
  now += 50;
  expect(judge('SIGTERM')).toEqual({ exitCode: 143 });
});
