import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createFiles } from './files.ts';
import { parseOptions } from './options.ts';

export { createFiles, type FilesParts } from './files.ts';
export type { ConversationFilesOptions } from './options.ts';

/** Provides `files` on whatever computers the host has. */
export default defineExtension({
  name: '@dispatch/conversation-files',
  version: '0.1.0',
  apiVersion,
  needs: ['computer', 'records', 'access?', 'collisions?'],
  provides: ['files'],
  parseOptions,
  async setup({ needs, options }) {
    const { computer, records, access, collisions } = needs;
    const keptTextBytes = options.keptTextMb * 1024 * 1024;
    const files = createFiles({ computers: computer, records, access, collisions, keptTextBytes });
    return { contributes: { files } };
  },
});
