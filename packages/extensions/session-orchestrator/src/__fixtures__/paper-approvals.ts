import type { AnsweredTurn, Approvals } from '@dispatch/contracts';
import type { AskAnswer } from '@dispatch/kernel';

/** Questions and answers on one sheet of paper that all hosts can read; nobody waits beside it. */
export interface PaperApprovals extends Approvals {
  /** Answers the open question about a call; who listens is told. */
  answer(callId: string, answer: AskAnswer): void;
  /** As `answer`, but the host that heard it dies before it tells anyone. */
  answerUntold(callId: string, answer: AskAnswer): void;
}

interface Question {
  readonly turn: AnsweredTurn;
  answer?: AskAnswer;
  isTaken?: boolean;
}

export function paperApprovals(expiresMs = 3_600_000): PaperApprovals {
  const questions = new Map<string, Question>();
  const listeners = new Set<(turn: AnsweredTurn) => void>();
  const answerUntold = (callId: string, answer: AskAnswer): Question => {
    const question = questions.get(callId);
    if (question === undefined) throw new Error(`nobody asked about ${callId}`);
    question.answer = answer;
    return question;
  };
  return {
    async ask({ conversationId, turnId, callId, name, input }, { reason }, { tell }) {
      const question = questions.get(callId) ?? { turn: { conversationId, turnId } };
      questions.set(callId, question);
      if (question.answer !== undefined) {
        question.isTaken = true;
        return question.answer;
      }
      tell({
        type: 'approval-request',
        approvalId: `about-${callId}`,
        kind: 'consent',
        callId,
        name,
        input,
        reason,
        expiresAt: new Date(0).toISOString(),
      });
      return { decision: 'suspend' };
    },
    async waitMs(_conversationId, turnId) {
      const own = [...questions.values()].filter(({ turn }) => turn.turnId === turnId);
      const isAnswered = own.some(({ answer, isTaken }) => answer !== undefined && !isTaken);
      const isOpen = own.some(({ answer }) => answer === undefined);
      return isOpen && !isAnswered ? expiresMs : undefined;
    },
    onAnswered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    answer(callId, answer) {
      const { turn } = answerUntold(callId, answer);
      for (const listener of listeners) listener(turn);
    },
    answerUntold: (callId, answer) => void answerUntold(callId, answer),
  };
}
