import type { ApprovalBody, ApprovalRequestEvent, Question } from '@dispatch/wire';

export type Answer = NonNullable<ApprovalBody['answers']>[number];

/** What a line that a person typed means, or how it should look. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly hint: string };

/** `y`, `n` with a reason, `always`. */
export function parseConsent(line: string, request: ApprovalRequestEvent): Parsed<ApprovalBody> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  const reason = line.trim().slice(word.length).trim();
  switch (word.toLowerCase().replace(/[,.:]$/, '')) {
    case 'y':
    case 'yes':
      if (rest.length === 0) return { ok: true, value: { decision: 'allow' } };
      break;
    case 'n':
    case 'no':
      return { ok: true, value: denial(reason) };
    case 'a':
    case 'always':
      if (request.proposedRule === undefined) {
        return { hint: 'There is no rule to add for this call: y, or n and a reason.' };
      }
      if (rest.length === 0) return { ok: true, value: { decision: 'always' } };
      break;
  }
  const always = request.proposedRule === undefined ? '' : ', always';
  return { hint: `Answer y${always}, or n and a reason for the model.` };
}

/** Words; of a question with options their numbers, or one of them in full; `/no` and a reason declines. */
export function parseAnswer(line: string, question: Question): Parsed<Answer> {
  const { options = [], multiple = false } = question;
  const text = line.trim();
  if (text === '') return { hint: 'Answer in words, or /no and a reason.' };
  if (options.length === 0) return { ok: true, value: text };
  const byNumber = text.split(/[\s,]+/).map((word) => optionOf(word, options));
  const chosen = byNumber.every((option) => option !== undefined)
    ? [...new Set(byNumber)]
    : options.filter((option) => option === text);
  if (multiple && chosen.length > 0) return { ok: true, value: chosen };
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return { ok: true, value: only };
  return {
    hint: multiple
      ? `Answer with numbers from 1 to ${options.length}, as in 1,2.`
      : `Answer with a number from 1 to ${options.length}.`,
  };
}

/** `/no` and a reason: the question is declined. */
export function parseDecline(line: string): ApprovalBody | undefined {
  const found = /^\s*\/no(?:\s+(.*))?$/s.exec(line);
  return found === null ? undefined : denial(found[1]?.trim() ?? '');
}

export function denial(reason: string): ApprovalBody {
  return { decision: 'deny', ...(reason === '' ? {} : { reason }) };
}

function optionOf(word: string, options: readonly string[]): string | undefined {
  return /^\d{1,3}$/.test(word) ? options[Number(word) - 1] : undefined;
}
