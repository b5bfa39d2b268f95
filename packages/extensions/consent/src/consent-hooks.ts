import type { Store } from '@dispatch/contracts';
import type { CallDecision, Logger, ToolCallView, TurnHooks } from '@dispatch/kernel';
import type { OpenApprovals } from './approvals/create-approvals.ts';
import type { Judge, Judgement } from './judge.ts';
import type { Reached } from './reached.ts';
import type { CallFacts } from './rules/call-facts.ts';

export interface ConsentHooksOptions {
  readonly judge: Judge;
  readonly approvals: Pick<OpenApprovals, 'isOpen'>;
  readonly turns: Pick<Store, 'readTurn'>;
  readonly reached: Reached;
  readonly logger: Logger;
}

/** Decides on each call before it runs. Each decision is a span that names its rule. */
export function createConsentHooks(options: ConsentHooksOptions): TurnHooks {
  return {
    name: 'consent',
    beforeToolCall: (call) => decideOn(options, call),
    afterToolResult(call) {
      options.reached.forget(call);
      return undefined;
    },
  };
}

/** What decisions are made of, of a call in a turn. */
export function factsOf(call: ToolCallView): CallFacts {
  const { tool, input, cwd, computerId, conversationId } = call;
  return {
    tool: tool.name,
    effect: tool.effect,
    subject: tool.subjectOf?.(input),
    conversationId,
    ...(cwd === undefined ? {} : { cwd }),
    ...(computerId === undefined ? {} : { computerId }),
  };
}

async function decideOn(options: ConsentHooksOptions, call: ToolCallView): Promise<CallDecision> {
  const { judge, approvals, turns, logger } = options;
  const { conversationId, turnId, stepId, callId, name } = call;
  const span = logger.openSpan('consent', {
    ...{ conversationId, turnId, stepId },
    attributes: { callId, tool: name },
  });
  const facts = factsOf(call);
  let judgement: Judgement;
  try {
    judgement = await judge.judge(facts);
    if (judgement.verdict.decision === 'ask') {
      const turn = await turns.readTurn(conversationId, turnId);
      // Nobody sits before a turn that a schedule has started.
      if (turn?.origin === 'schedule') judgement = await judge.judge(facts, 'headless');
    }
    const { verdict } = judgement;
    const { decision, decidedBy, reason } = verdict;
    span.close({ attributes: { decision, decidedBy } });
    if (decision === 'deny') return { decision, reason };
    if (decision === 'ask') return asked(judgement, facts, reason);
    // A rule has come since a person was asked: who asked is told so.
    const isSettled = decidedBy.startsWith('default:') || decidedBy.startsWith('approvals:');
    if (!isSettled && (await approvals.isOpen(call))) return asked(judgement, facts, reason);
    return { decision };
  } catch (error) {
    span.close({ status: 'error', attributes: { error: String(error) } });
    throw error;
  }
}

function asked({ proposedRule }: Judgement, { subject }: CallFacts, reason: string): CallDecision {
  if (subject?.questions !== undefined) {
    return { decision: 'ask', reason, kind: 'question', questions: subject.questions };
  }
  return {
    decision: 'ask',
    reason,
    kind: 'consent',
    // A rule is JSON.
    ...(proposedRule === undefined ? {} : { proposedRule: { ...proposedRule } }),
  };
}
