import { apiVersion, defineExtension, noOptions } from '@dispatch/contracts';
import { createWorkspaceRoutes } from './routes.ts';
import { createWorkspaceStore } from './workspace-store.ts';

export { maxWorkspaces } from './workspace-store.ts';

/** Provides `workspaces`, and the routes that make, change and list them. */
export default defineExtension({
  name: '@dispatch/workspaces',
  version: '0.1.0',
  apiVersion,
  needs: ['records', 'computer'],
  provides: ['workspaces', 'route'],
  parseOptions: noOptions,
  async setup({ needs, runtime }) {
    const store = createWorkspaceStore(needs.records);
    const route = createWorkspaceRoutes({ store, computers: needs.computer, runtime });
    return { contributes: { workspaces: store, route } };
  },
});
