import { type CallSubject, defineTool, type ToolEffect, textResult } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import { type Approvals, createConsentPolicy } from './consent-policy.ts';

test.each<[ToolEffect, CallSubject, Approvals, 'allow' | 'deny']>([
  ['pure', {}, 'ask', 'allow'],
  ['pure', {}, 'deny', 'allow'],
  ['unsafe', {}, 'ask', 'deny'],
  ['unsafe', {}, 'auto', 'allow'],
  ['unsafe', {}, 'deny', 'deny'],
  ['idempotent', { changesOwnStateOnly: true }, 'ask', 'allow'],
  ['idempotent', { changesOwnStateOnly: true }, 'deny', 'allow'],
  ['pure', { questions: ['Why?'] }, 'auto', 'deny'],
  ['pure', { needsPerson: true, changesOwnStateOnly: true }, 'auto', 'deny'],
])(
  'with nobody to ask a %s call that says %j under %s: %s',
  async (effect, subject, approvals, decision) => {
    const tool = defineTool({
      name: 'act',
      description: 'Acts.',
      inputSchema: { type: 'object' },
      effect,
      parse: (input) => input,
      subjectOf: () => subject,
      run: async () => textResult('done'),
    });
    const decided = await createConsentPolicy(approvals).beforeToolCall?.({
      conversationId: 'c',
      turnId: 't',
      stepId: 't#0',
      callId: 'a',
      name: 'act',
      input: {},
      tool,
    });
    expect(decided?.decision).toBe(decision);
  },
);
