import type { Verdict } from './decide.ts';
import type { Subject } from './subject.ts';

/** What is done with what would be asked for (HOST.md, `DISPATCH_APPROVALS`). */
export type ApprovalsMode = 'ask' | 'auto' | 'deny';

/** The verdict where people are asked, or nobody is: by the host's mode, or because nobody started the turn. Pure. */
export function applyMode(
  verdict: Verdict,
  { tool, isQuestion }: Pick<Subject, 'tool' | 'isQuestion'>,
  mode: ApprovalsMode | 'headless',
): Verdict {
  if (mode === 'ask' || verdict.decision !== 'ask') return verdict;
  const decidedBy = mode === 'headless' ? 'a run without a person' : `approvals: ${mode}`;
  if (mode === 'auto' && !verdict.needsPerson && !isQuestion) {
    const reason = `${verdict.reason} ${decidedBy} allows it.`;
    return { ...verdict, decision: 'allow', decidedBy, reason };
  }
  return { ...verdict, decision: 'deny', decidedBy, reason: whyDenied() };

  function whyDenied(): string {
    if (isQuestion) return `Nobody can be asked here (${decidedBy}). Go on without an answer.`;
    if (mode === 'deny') {
      return `${verdict.reason} This host denies what it would ask a person for (${decidedBy}).`;
    }
    return `${verdict.reason} A person or a rule has to allow ${tool}, and nobody can be asked here (${decidedBy}).`;
  }
}
