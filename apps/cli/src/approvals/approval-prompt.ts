import { type Client, DispatchError, type FollowItem } from '@dispatch/client';
import type { ApprovalBody, ApprovalRequestEvent } from '@dispatch/wire';
import { explainError } from '../explain-error.ts';
import type { Output } from '../output/output.ts';
import { type AnswerReader, createAnswerReader } from './answer-reader.ts';
import { describeApproval, describeQuestion } from './describe-approval.ts';
import { createWaitingApprovals } from './waiting-approvals.ts';

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

interface Asked {
  readonly request: ApprovalRequestEvent;
  readonly reader: AnswerReader;
}

export function createApprovalPrompt(options: {
  readonly client: Pick<Client, 'approvals' | 'resolveApproval'>;
  readonly output: Output;
  readonly line: PromptLine;
}): ApprovalPrompt {
  const { client, output, line } = options;
  const { noteStyle: style } = output;
  const waiting = createWaitingApprovals();
  let asked: Asked | undefined;

  const tellQuestion = ({ request, reader }: Asked) => {
    const at = reader.question();
    if (at === undefined) return;
    output.note(style.dim(`Question ${at.number} of ${request.questions?.length}:`));
    for (const text of describeQuestion(at.question)) output.note(text);
  };
  /** Shows the prompt of what is asked, or asks what comes next. */
  const show = () => {
    if (asked !== undefined && !waiting.has(asked.request.approvalId)) asked = undefined;
    if (asked === undefined) {
      const request = waiting.next();
      if (request === undefined) return;
      asked = { request, reader: createAnswerReader(request) };
      for (const text of describeApproval(request, style)) output.note(text);
      tellQuestion(asked);
    }
    line.show(asked.reader.prompt());
  };
  const send = async ({ approvalId }: ApprovalRequestEvent, body: ApprovalBody) => {
    asked = undefined;
    waiting.setSent(approvalId, true);
    try {
      await client.resolveApproval(approvalId, body);
    } catch (error) {
      line.hide();
      output.error(explainError(error).text);
      if (error instanceof DispatchError && overCodes.has(error.code)) waiting.remove(approvalId);
      else waiting.setSent(approvalId, false);
    }
    show();
  };
  /** What came before is gone: the host says what still waits. */
  const refresh = async (conversationId: string) => {
    try {
      const { approvals } = await client.approvals(conversationId);
      line.hide();
      waiting.replace(approvals);
      show();
    } catch {
      // Nobody asks on this host, or it is gone: what comes next of the turn says so.
    }
  };
  const follow = (item: FollowItem) => {
    switch (item.type) {
      case 'approval-request':
        return waiting.add(item);
      case 'approval-resolved':
        return waiting.remove(item.approvalId);
      // Not at a reset: what a step waited for it still waits for, or it is told who decided.
      case 'turn-start':
      case 'step-complete':
      case 'done':
        return waiting.replace([]);
      case 'snapshot':
        if (item.activeTurn !== null) void refresh(item.conversationId);
    }
  };

  return {
    isOpen: () => asked !== undefined,
    take(text) {
      if (asked === undefined) return;
      const read = asked.reader.read(text);
      if (read !== undefined && 'body' in read) {
        void send(asked.request, read.body);
        return;
      }
      if (read === undefined) tellQuestion(asked);
      else output.note(style.yellow(read.hint));
      show();
    },
    watch(item, print) {
      line.hide();
      print();
      follow(item);
      show();
    },
  };
}

const overCodes: ReadonlySet<string> = new Set(['already-resolved', 'approval-not-found']);
