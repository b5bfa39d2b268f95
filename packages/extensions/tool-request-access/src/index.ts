import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createRequestAccessTool } from './request-access.ts';

export { createRequestAccessTool } from './request-access.ts';

/** Contributes the tool `request_access`. */
export default defineExtension({
  name: '@dispatch/tool-request-access',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createRequestAccessTool(needs.files)] } };
  },
});
