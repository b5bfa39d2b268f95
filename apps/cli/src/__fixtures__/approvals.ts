import type { BareEvent } from './fake-host.ts';

type Request = Extract<BareEvent, { type: 'approval-request' }>;

/** A command waits for consent, and a rule is proposed. */
export function consentOf(approvalId: string): Request {
  return {
    type: 'approval-request',
    approvalId,
    kind: 'consent',
    callId: 'a',
    name: 'shell',
    input: { command: 'npm test\n rm -rf x' },
    reason: 'It is not pure.',
    expiresAt: '2026-11-21T11:00:00.000Z',
    proposedRule: { decision: 'allow', tool: 'shell' },
  };
}

/** Two questions: one with options of which several may be chosen, one in words. */
export function questionOf(approvalId: string): Request {
  return {
    type: 'approval-request',
    approvalId,
    kind: 'question',
    callId: 'b',
    name: 'ask_user',
    input: {},
    reason: 'The model asks.',
    expiresAt: '2026-11-21T11:00:00.000Z',
    questions: [
      { question: 'Which colours?', options: ['red', 'blue'], multiple: true },
      { question: 'Why?' },
    ],
  };
}
