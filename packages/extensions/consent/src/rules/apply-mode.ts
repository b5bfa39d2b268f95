import type { Verdict } from './decide.ts';
import type { Subject } from './subject.ts';

/** What is done with what would be asked for (HOST.md, `DISPATCH_APPROVALS`). */
export type ApprovalsMode = 'ask' | 'auto' | 'deny';

/** The verdict on a host that asks people, allows by itself, or denies. Pure. */
export function applyMode(
  verdict: Verdict,
  { tool, isQuestion }: Pick<Subject, 'tool' | 'isQuestion'>,
  mode: ApprovalsMode,
): Verdict {
  if (mode === 'ask' || verdict.decision !== 'ask') return verdict;
  const decidedBy = `approvals: ${mode}`;
  if (isQuestion) {
    const reason = `Nobody can be asked on this host (${decidedBy}). Go on without an answer.`;
    return { ...verdict, decision: 'deny', decidedBy, reason };
  }
  if (mode === 'auto' && !verdict.needsPerson) {
    return {
      ...verdict,
      decision: 'allow',
      decidedBy,
      reason: `${verdict.reason} ${decidedBy} allows it.`,
    };
  }
  const why =
    mode === 'auto'
      ? `A person or a rule has to allow ${tool}, and nobody is asked on this host (${decidedBy}).`
      : `This host denies what it would ask a person for (${decidedBy}).`;
  return { ...verdict, decision: 'deny', decidedBy, reason: `${verdict.reason} ${why}` };
}
