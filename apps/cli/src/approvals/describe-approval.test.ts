import { expect, test } from 'vitest';
import { consentOf } from '../__fixtures__/approvals.ts';
import { createStyle } from '../output/style.ts';
import { describeApproval } from './describe-approval.ts';

test('nothing of a call is cut or hidden', () => {
  const command = `echo ${'x'.repeat(5000)} \u202egnp.exe\u200b \u001b[2J`;
  const request = { ...consentOf('p'), input: { command }, conversationId: 'c', turnId: 't', n: 0 };
  const text = describeApproval(request, createStyle(false)).join('\n');
  expect(text).toContain('x'.repeat(5000));
  expect(text).toContain('\\u202egnp.exe\\u200b \\u001b[2J');
  for (const hidden of ['\u001b', '\u200b', '\u202e']) expect(text).not.toContain(hidden);
});
