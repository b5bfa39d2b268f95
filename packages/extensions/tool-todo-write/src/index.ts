import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createTodoWriteTool } from './todo-write.ts';

export { todoLimits } from './input.ts';
export { createTodoWriteTool } from './todo-write.ts';

/** Contributes the tool `todo_write`. */
export default defineExtension({
  name: '@dispatch/tool-todo-write',
  version: '0.1.0',
  apiVersion,
  needs: ['records'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createTodoWriteTool(needs.records)] } };
  },
});
