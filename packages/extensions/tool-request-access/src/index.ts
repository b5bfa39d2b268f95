import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createRequestAccessTool } from './request-access.ts';

export { createRequestAccessTool } from './request-access.ts';

/** Contributes the tool `request_access`. */
export default defineExtension({
  name: '@dispatch/tool-request-access',
  version: '0.1.0',
  apiVersion,
  needs: ['files'],
  provides: ['tool'],
  parseOptions: noOptions,
  async setup({ needs }) {
    return { contributes: { tool: [createRequestAccessTool(needs.files)] } };
  },
});
