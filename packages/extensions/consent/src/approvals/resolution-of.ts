import { CodedError } from '@dispatch/contracts';
import type { ContentPart } from '@dispatch/kernel';
import type { ApprovalBody, Question } from '@dispatch/wire';
import type { Answer, Resolution, StoredApproval } from './stored-approval.ts';

/** What a person's answer makes of a question. Pure. Throws `invalid-input` where it does not fit. */
export function resolutionOf(approval: StoredApproval, body: ApprovalBody): Resolution {
  const { kind, proposedRule, questions = [] } = approval;
  const { decision, reason, answers } = body;
  const by = 'person';
  const why = reason === undefined ? {} : { reason };
  if (decision === 'always' && proposedRule === undefined) {
    throw refuse('decision: there is no rule to add for this call, so it can not be `always`.');
  }
  if (kind === 'consent' || decision === 'deny') {
    if (answers !== undefined) {
      throw refuse('answers: these are for questions that are allowed.');
    }
    return { decision, by, ...why };
  }
  if (answers === undefined) {
    throw refuse(
      'answers: a question is answered with `decision` `allow` and one answer per question.',
    );
  }
  if (answers.length !== questions.length) {
    throw refuse(
      `answers: there are ${questions.length} questions, and ${answers.length} answers.`,
    );
  }
  for (const [index, question] of questions.entries()) {
    checkAnswer(`answers.${index}`, question, answers[index] ?? '');
  }
  return { decision: 'allow', by, answers, ...why };
}

function checkAnswer(field: string, { options, multiple }: Question, answer: Answer): void {
  if (typeof answer !== 'string' && multiple !== true) {
    throw refuse(`${field}: this question takes one answer, as a string.`);
  }
  const chosen = typeof answer === 'string' ? [answer] : answer;
  if (options === undefined || options.length === 0) return;
  const strange = chosen.find((word) => !options.includes(word));
  if (strange !== undefined) {
    throw refuse(`${field}: ${JSON.stringify(strange)} is none of ${JSON.stringify(options)}.`);
  }
}

/** The answers as the result of the call. */
export function answerContent(
  { questions = [] }: StoredApproval,
  answers: readonly Answer[],
): readonly ContentPart[] {
  const lines = questions.map(({ question }, index) => {
    const answer = answers[index] ?? '';
    const words = typeof answer === 'string' ? answer : answer.join(', ');
    return questions.length === 1 ? words : `${question}\n${words}`;
  });
  return [{ type: 'text', text: lines.join('\n\n') || '(nothing was chosen)' }];
}

function refuse(message: string): CodedError {
  return new CodedError('invalid-input', { message });
}
