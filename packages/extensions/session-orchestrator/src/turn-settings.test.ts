import { expect, test } from 'vitest';
import { resolveMaxSteps, resolveSettings } from './turn-settings.ts';

const conversation = {
  conversationId: 'c',
  status: 'idle',
  lastSeq: 0,
  createdAt: 0,
  updatedAt: 0,
  system: 'of the conversation',
  cwd: '/conversation',
} as const;

test('a setting is the turn’s, else the conversation’s, else the host’s', () => {
  const resolved = resolveSettings({ system: 'of the turn' }, conversation, undefined, {
    cwd: '/host',
  });
  expect(resolved).toEqual({ system: 'of the turn', cwd: '/conversation' });
  expect(resolveSettings({}, undefined, undefined, { cwd: '/host' })).toEqual({ cwd: '/host' });
});

test.each([
  [undefined, 0, 0],
  [0, 5, 5],
  [3, 0, 3],
  [3, 5, 3],
  [9, 5, 5],
])('maxSteps %s on a host of %s is %s', (request, host, expected) => {
  expect(resolveMaxSteps(request, host)).toBe(expected);
});
