import type { ApprovalRequestEvent, EventOf, Question } from '@dispatch/wire';
import { exactText, oneLine, printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';

/** All that a person needs to see before they answer: nothing of it is cut. */
export function describeApproval(request: ApprovalRequestEvent, style: Style): string[] {
  const { name, reason, expiresAt, kind, questions = [] } = request;
  const head = kind === 'question' ? 'asks:' : `waits for your consent: ${printable(reason)}`;
  const lines = [style.yellow(`? ${oneLine(name, 60)} ${head}`)];
  if (kind === 'question') {
    for (const question of questions) lines.push(...describeQuestion(question));
  } else {
    lines.push(...indent(JSON.stringify(request.input, null, 2)));
    if (request.proposedRule !== undefined) {
      lines.push(`  always: from now on ${exactText(JSON.stringify(request.proposedRule))}`);
    }
  }
  lines.push(style.dim(`  ${request.approvalId}, until ${expiresAt.slice(0, 19)}Z`));
  return lines;
}

/** The command that answers it from elsewhere. */
export function waysToAnswer({ approvalId, kind, proposedRule }: ApprovalRequestEvent): string {
  if (kind === 'question') {
    return `  Answer it: dispatch approvals answer ${approvalId} <answer> … (or deny)`;
  }
  const others = proposedRule === undefined ? 'deny' : 'always, deny';
  return `  Answer it: dispatch approvals allow ${approvalId} (or ${others})`;
}

/** A question, with its options by number. */
export function describeQuestion({ question, options = [], multiple }: Question): string[] {
  const lines = printable(question)
    .split('\n')
    .map((line) => `  ${line}`);
  if (multiple === true) lines.push('  (one or several)');
  options.forEach((option, index) => {
    lines.push(`    ${index + 1}. ${oneLine(option, 1000)}`);
  });
  return lines;
}

const decisions: Readonly<Record<EventOf<'approval-resolved'>['decision'], string>> = {
  allow: 'allowed',
  deny: 'denied',
  always: 'allowed, and so from now on',
  expired: 'not answered in time, so denied',
  aborted: 'given up',
};

const deciders: Readonly<Record<EventOf<'approval-resolved'>['by'], string>> = {
  person: 'a person',
  rule: 'a rule',
  timeout: 'the clock',
  host: 'the host',
};

/** Who decided, and what. */
export function describeResolution(
  { decision, by }: EventOf<'approval-resolved'>,
  isQuestion: boolean,
): string {
  // A newer host's words stand for themselves.
  const decided =
    isQuestion && decision === 'allow' ? 'answered' : (decisions[decision] ?? decision);
  return `It was ${decided}, by ${deciders[by] ?? by}.`;
}

function indent(text: string): string[] {
  return exactText(text)
    .split('\n')
    .map((line) => `    ${line}`);
}
