import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** Questions of a call, options of a question, and characters of each of them. */
export const questionLimits = { questions: 10, options: 20, questionChars: 4000, optionChars: 400 };

const schema = z.strictObject({
  questions: z
    .array(
      z.strictObject({
        question: z
          .string()
          .min(1)
          .max(questionLimits.questionChars)
          .describe('One question, complete in itself.'),
        options: z
          .array(z.string().min(1).max(questionLimits.optionChars))
          .min(1)
          .max(questionLimits.options)
          .exactOptional()
          .describe('Answers to choose from. Left out: the answer is in words.'),
        multiple: z
          .boolean()
          .exactOptional()
          .describe('Several of the options may be chosen. Default: one.'),
      }),
    )
    .min(1)
    .max(questionLimits.questions),
});

/** What the model wants to know. */
export type AskUserInput = z.infer<typeof schema>;

// zod types it as its own; it is plain JSON.
export const askUserSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): AskUserInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  for (const [index, { options = [], multiple }] of parsed.data.questions.entries()) {
    const name = `questions[${index}]`;
    if (new Set(options).size < options.length) {
      throw new Error(`${name}.options: two options are the same.`);
    }
    if (multiple === true && options.length === 0) {
      throw new Error(`${name}.multiple: there are no options to choose several of.`);
    }
  }
  return parsed.data;
}
