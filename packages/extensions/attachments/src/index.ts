import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createAttachmentRoutes } from './routes.ts';

export { maxAttachmentBytes, maxUploads } from './limits.ts';

/** Contributes the routes that take attachments and give them back. */
export default defineExtension({
  name: '@dispatch/attachments',
  version: '0.1.0',
  apiVersion,
  needs: ['blobs'],
  provides: ['route'],
  parseOptions: noOptions,
  async setup({ needs, runtime }) {
    return { contributes: { route: createAttachmentRoutes(needs.blobs, runtime) } };
  },
});
