import type { CallDecision, ToolCallView, TurnHooks } from '@dispatch/kernel';

/** What is done with a call that a person would be asked for (HOST.md, `DISPATCH_APPROVALS`). */
export type Approvals = 'ask' | 'auto' | 'deny';

/**
 * The policy of a host without a consent extension: a `pure` call runs (file tools keep themselves
 * inside `cwd`), as does one that changes nothing but its tool's own state; any other runs under `auto` alone, since there is nobody to ask.
 */
export function createConsentPolicy(approvals: Approvals): TurnHooks {
  return { name: 'approvals', beforeToolCall: (call) => decide(approvals, call) };
}

function decide(approvals: Approvals, call: ToolCallView): CallDecision {
  const subject = call.tool.subjectOf?.(call.input) ?? {};
  const { needsPerson, questions, changesOwnStateOnly } = subject;
  if (questions === undefined && needsPerson !== true) {
    const isHarmless = call.tool.effect === 'pure' || changesOwnStateOnly === true;
    if (isHarmless || approvals === 'auto') return { decision: 'allow' };
  }
  return {
    decision: 'deny',
    reason:
      approvals === 'deny'
        ? `This host denies every call that needs consent, and ${call.name} does (approvals: deny).`
        : `${call.name} needs a person's consent, and this host has no way to ask for it. Its owner can allow such calls by starting it with --approvals auto.`,
  };
}
