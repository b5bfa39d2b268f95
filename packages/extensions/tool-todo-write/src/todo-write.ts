import { isCodedError, type Records } from '@dispatch/contracts';
import { defineTool, errorResult, type Tool } from '@dispatch/kernel';
import { parseInput, type TodoWriteInput, todoWriteSchema } from './input.ts';

const namespace = '@dispatch/tool-todo-write';

/**
 * Makes the tool `todo_write`. The list is the conversation's: the last call wins, any host has it,
 * and it is gone with the conversation.
 */
export function createTodoWriteTool(records: Pick<Records, 'write'>): Tool {
  return defineTool<TodoWriteInput>({
    name: 'todo_write',
    description:
      'Keeps the list of what is to be done in this conversation, for work of three steps or more. Each call replaces the whole list and returns it: send every entry again, with its status. Write the list before you begin, keep one entry in_progress while you work on it, and mark it completed as soon as it is done. An empty list clears it.',
    inputSchema: todoWriteSchema,
    effect: 'idempotent',
    parse: parseInput,
    subjectOf: () => ({ changesOwnStateOnly: true }),
    async run({ todos }, { conversationId, signal }) {
      if (signal.aborted) return errorResult('Aborted before the list was written.');
      const json = JSON.stringify(todos);
      try {
        await records.write({ namespace, key: conversationId, json, conversationId });
      } catch (error) {
        if (!isCodedError(error)) throw error;
        return errorResult(`The list was not written: ${error.message} Go on without it.`);
      }
      return { content: [{ type: 'json', value: { todos } }] };
    },
  });
}
