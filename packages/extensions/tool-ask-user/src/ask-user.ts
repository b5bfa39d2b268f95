import { defineTool, errorResult, type Tool } from '@dispatch/kernel';
import { type AskUserInput, askUserSchema, parseInput } from './input.ts';

/**
 * Makes the tool `ask_user`. Whoever asks people takes the questions from `subjectOf` and answers the
 * call with what they say. It runs only where nobody did, so all it does is to say that.
 */
export function createAskUserTool(): Tool {
  return defineTool<AskUserInput>({
    name: 'ask_user',
    description:
      'Asks the user, and waits for the answers. Use it where you can not go on well without a decision or a fact that only the user has; do not ask what you can find out, nor for permission to use a tool. Put all that you want to know into one call. Give options where the answers are few.',
    inputSchema: askUserSchema,
    effect: 'idempotent',
    isConcurrent: true,
    parse: parseInput,
    subjectOf: ({ questions }) => ({ questions }),
    run: async () =>
      errorResult(
        'Nobody can be asked here. Decide yourself by what you know, and say in your answer what you assumed.',
      ),
  });
}
