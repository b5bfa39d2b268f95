import type { ApprovalBody, ApprovalRequestEvent, Question } from '@dispatch/wire';
import { type Answer, parseAnswer, parseConsent, parseDecline } from './parse-answer.ts';

/** What a line came to: the answer, what is wrong with it, or nothing yet. */
export type ReadLine = { readonly body: ApprovalBody } | { readonly hint: string } | undefined;

/** Makes an answer of the lines that a person types: one for consent, one for each question. */
export interface AnswerReader {
  /** What stands before the next line. */
  prompt(): string;
  /** The question that the next line answers, where there are several. */
  question(): { readonly number: number; readonly question: Question } | undefined;
  read(line: string): ReadLine;
}

export function createAnswerReader(request: ApprovalRequestEvent): AnswerReader {
  return request.kind === 'question'
    ? questionReader(request.questions ?? [])
    : consentReader(request);
}

function consentReader(request: ApprovalRequestEvent): AnswerReader {
  return {
    prompt: () => (request.proposedRule === undefined ? 'y/n ? ' : 'y/n/always ? '),
    question: () => undefined,
    read(line) {
      const parsed = parseConsent(line, request);
      return 'hint' in parsed ? parsed : { body: parsed.value };
    },
  };
}

function questionReader(questions: readonly Question[]): AnswerReader {
  const answers: Answer[] = [];
  return {
    prompt() {
      const count = questions[answers.length]?.options?.length ?? 0;
      return count === 0 ? 'answer ? ' : `1-${count} ? `;
    },
    question() {
      const question = questions[answers.length];
      if (question === undefined || questions.length === 1) return undefined;
      return { number: answers.length + 1, question };
    },
    read(line) {
      const declined = parseDecline(line);
      if (declined !== undefined) return { body: declined };
      const parsed = parseAnswer(line, questions[answers.length] ?? { question: '' });
      if ('hint' in parsed) return parsed;
      answers.push(parsed.value);
      return answers.length < questions.length
        ? undefined
        : { body: { decision: 'allow', answers } };
    },
  };
}
