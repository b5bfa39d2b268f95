import { expect, it } from 'vitest';
import { explainFailure } from './connect-failure.ts';

it('tells the user why, and the operator what ssh said', () => {
  const said = 'ssh: connect to host 192.0.2.1 port 22: Connection timed out\n';
  expect(explainFailure('box', said)).toEqual({
    why: 'it does not answer.',
    hint: `The machine or the way to it is down. ssh says: ${said.trim()}`,
  });
  expect(explainFailure('box', 'odd\n').why).toBe('`ssh` says: odd');
  expect(explainFailure('box', '').why).toMatch(/without a word/);
});

it('tells a changed host key from an unknown one', () => {
  const changed = `@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.`;
  expect(explainFailure('box', changed).why).toMatch(/not the one that is known/);
  expect(explainFailure('box', 'Host key verification failed.').why).toMatch(/`ssh box`/);
});

it('keeps what it passes on short', () => {
  expect(explainFailure('box', 'x'.repeat(100_000)).why.length).toBeLessThan(600);
});
