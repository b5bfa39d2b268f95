import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createAskUserTool } from './ask-user.ts';

export { createAskUserTool } from './ask-user.ts';
export { questionLimits } from './input.ts';

/** Contributes the tool `ask_user`. */
export default defineExtension({
  name: '@dispatch/tool-ask-user',
  version: '0.1.0',
  apiVersion,
  provides: ['tool'],
  parseOptions: noOptions,
  async setup() {
    return { contributes: { tool: [createAskUserTool()] } };
  },
});
