import { type Client, DispatchError, type FollowItem } from '@dispatch/client';
import type { ApprovalBody, ApprovalRequestEvent } from '@dispatch/wire';
import { explainError } from '../explain-error.ts';
import type { Output } from '../output/output.ts';
import { describeApproval, describeQuestion } from './describe-approval.ts';
import { type Answer, parseAnswer, parseConsent, parseDecline } from './parse-answer.ts';

/** A line of a terminal at which a person types. */
export interface PromptLine {
  /** Shows it, with what was typed at it so far. */
  show(text: string): void;
  /** Takes it off the screen. Nothing where it is not shown. */
  hide(): void;
}

/**
 * Asks the person at the terminal what a turn's calls wait for, one after the other. What is answered
 * by anybody else meanwhile goes away.
 */
export interface ApprovalPrompt {
  /** A typed line is an answer. */
  isOpen(): boolean;
  take(line: string): void;
  /** The turn goes on: `print` shows the item, clear of the prompt. */
  watch(item: FollowItem, print: () => void): void;
}

export function createApprovalPrompt(options: {
  readonly client: Pick<Client, 'approvals' | 'resolveApproval'>;
  readonly output: Output;
  readonly line: PromptLine;
}): ApprovalPrompt {
  const { client, output, line } = options;
  const { noteStyle: style } = output;
  let waiting: readonly ApprovalRequestEvent[] = [];
  /** Whose prompt is shown; undefined while its answer is on its way. */
  let asked: ApprovalRequestEvent | undefined;
  /** To the questions of what is asked, as far as they are answered. */
  let answers: readonly Answer[] = [];
  const sent = new Set<string>();

  const show = () => {
    if (asked !== undefined) line.show(promptOf(asked, answers.length));
  };
  const askNext = () => {
    if (asked !== undefined) return;
    asked = waiting.find(({ approvalId }) => !sent.has(approvalId));
    answers = [];
    if (asked === undefined) return;
    for (const text of describeApproval(asked, style)) output.note(text);
    tellQuestion(asked, 0);
    show();
  };
  const tellQuestion = ({ questions = [] }: ApprovalRequestEvent, index: number) => {
    const question = questions[index];
    if (question === undefined || questions.length === 1) return;
    output.note(style.dim(`Question ${index + 1} of ${questions.length}:`));
    for (const text of describeQuestion(question)) output.note(text);
  };
  const add = (request: ApprovalRequestEvent) => {
    const isKnown = waiting.some(({ approvalId }) => approvalId === request.approvalId);
    if (!isKnown) waiting = [...waiting, request];
  };
  /** Keeps those for which `isStill` holds. */
  const keep = (isStill: (request: ApprovalRequestEvent) => boolean) => {
    waiting = waiting.filter(isStill);
    if (asked !== undefined && !isStill(asked)) asked = undefined;
  };
  /** What came before is gone: the host says what still waits. */
  const refresh = async (conversationId: string) => {
    try {
      const { approvals } = await client.approvals(conversationId);
      line.hide();
      const open = new Set(approvals.map(({ approvalId }) => approvalId));
      keep(({ approvalId }) => open.has(approvalId));
      approvals.forEach(add);
      askNext();
      show();
    } catch {
      // Nobody asks on this host, or it is gone: what comes next of the turn says so.
    }
  };
  const send = async (request: ApprovalRequestEvent, body: ApprovalBody) => {
    const { approvalId } = request;
    sent.add(approvalId);
    asked = undefined;
    try {
      await client.resolveApproval(approvalId, body);
    } catch (error) {
      const isOver = error instanceof DispatchError && overCodes.has(error.code);
      line.hide();
      output.error(explainError(error).text);
      if (isOver) keep((other) => other.approvalId !== approvalId);
      else sent.delete(approvalId);
    }
    askNext();
  };
  const takeAnswer = (request: ApprovalRequestEvent, text: string): string | undefined => {
    const { questions = [] } = request;
    const declined = parseDecline(text);
    if (declined !== undefined) {
      void send(request, declined);
      return undefined;
    }
    const question = questions[answers.length];
    const parsed = parseAnswer(text, question ?? { question: '' });
    if ('hint' in parsed) return parsed.hint;
    answers = [...answers, parsed.value];
    if (answers.length < questions.length) tellQuestion(request, answers.length);
    else void send(request, { decision: 'allow', answers: [...answers] });
    return undefined;
  };
  const takeConsent = (request: ApprovalRequestEvent, text: string): string | undefined => {
    const parsed = parseConsent(text, request);
    if ('hint' in parsed) return parsed.hint;
    void send(request, parsed.value);
    return undefined;
  };

  return {
    isOpen: () => asked !== undefined,
    take(text) {
      if (asked === undefined) return;
      const hint = asked.kind === 'question' ? takeAnswer(asked, text) : takeConsent(asked, text);
      if (hint !== undefined) output.note(style.yellow(hint));
      show();
    },
    watch(item, print) {
      line.hide();
      print();
      switch (item.type) {
        case 'approval-request':
          add(item);
          break;
        case 'approval-resolved':
          sent.delete(item.approvalId);
          keep(({ approvalId }) => approvalId !== item.approvalId);
          break;
        case 'turn-start':
        case 'step-reset':
        case 'done':
          keep(() => false);
          break;
        case 'snapshot':
          if (item.activeTurn !== null) void refresh(item.conversationId);
          break;
      }
      if (asked === undefined) askNext();
      else show();
    },
  };
}

const overCodes: ReadonlySet<string> = new Set(['already-resolved', 'approval-not-found']);

function promptOf({ kind, proposedRule, questions = [] }: ApprovalRequestEvent, index: number) {
  if (kind === 'consent') return proposedRule === undefined ? 'y/n ? ' : 'y/n/always ? ';
  const count = questions[index]?.options?.length ?? 0;
  return count === 0 ? 'answer ? ' : `1-${count} ? `;
}
