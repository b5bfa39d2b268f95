import { CodedError } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { StartError } from '../exit-codes.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { endingOf } from './ending.ts';

const failed = (cause: unknown) =>
  new CodedError('extension-failed', { message: 'x failed to listen: no', hint: 'do this', cause });

test.each([
  [new SettingsError(['a is bad', 'b is bad']), 78, ['  a is bad\n  b is bad\n']],
  [new StartError(75, 'in use', 'stop it'), 75, ['dispatch: in use\n  stop it\n']],
  [failed(new CodedError('port-in-use', { message: 'no' })), 75, ['no\n  do this']],
  [failed(new CodedError('store-unavailable', { message: 'no' })), 69, ['do this']],
  [failed(new Error('broken')), 70, ['x failed to listen', 'Error: broken', 'ending.test']],
  [new CodedError('bad-options', { message: 'size', hint: 'see' }), 78, ['size\n  see']],
  [new Error('broken'), 70, ['the host failed', 'Error: broken']],
  ['text', 70, ['text']],
])('%s ends with %i', (error, exitCode, words) => {
  const ending = endingOf(error);
  expect(ending.exitCode).toBe(exitCode);
  for (const word of words) expect(ending.text).toContain(word);
});
