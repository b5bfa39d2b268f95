import {
  type ComputerSource,
  type Contribution,
  defineRoute,
  type Route,
  type Runtime,
} from '@dispatch/contracts';
import { asSchema, workspaceBody, workspacePatchBody } from '@dispatch/wire';
import { refuseUnknownPlaces } from './places.ts';
import { applyPatch, newWorkspace, tellWorkspace } from './told-workspace.ts';
import { notFound, type WorkspaceStore } from './workspace-store.ts';

/** The routes of WIRE.md section 4 that begin with `/workspaces`. */
export function createWorkspaceRoutes(options: {
  readonly store: WorkspaceStore;
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly runtime: Pick<Runtime, 'newId'>;
}): readonly Route[] {
  const { store, computers, runtime } = options;
  return [
    defineRoute({
      method: 'GET',
      path: '/workspaces',
      summary: 'Lists workspaces.',
      async handle() {
        const workspaces = await store.list();
        return { status: 200, json: { workspaces: workspaces.map(tellWorkspace) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/workspaces',
      summary: 'Makes a workspace.',
      body: asSchema(workspaceBody),
      async handle({ body }) {
        await refuseUnknownPlaces(computers, body);
        const workspace = newWorkspace(body.workspaceId ?? runtime.newId(), body);
        await store.create(workspace);
        return { status: 201, json: tellWorkspace(workspace) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/workspaces/:id',
      summary: 'Reads one workspace.',
      async handle({ params: { id = '' } }) {
        const workspace = await store.get(id);
        if (workspace === undefined) throw notFound(id);
        return { status: 200, json: tellWorkspace(workspace) };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/workspaces/:id',
      summary: 'Changes a workspace; null clears.',
      body: asSchema(workspacePatchBody),
      async handle({ params: { id = '' }, body }) {
        await refuseUnknownPlaces(computers, body);
        const workspace = await store.update(id, (before) => applyPatch(before, body));
        return { status: 200, json: tellWorkspace(workspace) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/workspaces/:id',
      summary: 'Deletes a workspace; its conversations stay.',
      async handle({ params: { id = '' } }) {
        await store.remove(id);
        return { status: 204 };
      },
    }),
  ];
}
