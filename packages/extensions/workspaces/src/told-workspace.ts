import type { Workspace } from '@dispatch/contracts';
import type { Workspace as ToldWorkspace, WorkspaceBody, WorkspacePatchBody } from '@dispatch/wire';

/** As clients are told of it: what is not set is null. */
export function tellWorkspace(workspace: Workspace): ToldWorkspace {
  const { workspaceId, name, defaultCwd, defaultComputerId, defaultModel } = workspace;
  return {
    workspaceId,
    name,
    defaultCwd: defaultCwd ?? null,
    defaultComputerId: defaultComputerId ?? null,
    defaultModel: defaultModel ?? null,
  };
}

export function newWorkspace(workspaceId: string, body: WorkspaceBody): Workspace {
  return applyPatch({ workspaceId, name: body.name }, body);
}

/** What the patch leaves out stays, what it says is null goes. A lone surrogate becomes U+FFFD. */
export function applyPatch(before: Workspace, patch: WorkspacePatchBody): Workspace {
  const defaultCwd = changed(before.defaultCwd, patch.defaultCwd);
  const defaultComputerId = changed(before.defaultComputerId, patch.defaultComputerId);
  const defaultModel = changed(before.defaultModel, patch.defaultModel);
  return {
    workspaceId: before.workspaceId,
    name: patch.name?.toWellFormed() ?? before.name,
    ...(defaultCwd === undefined ? {} : { defaultCwd }),
    ...(defaultComputerId === undefined ? {} : { defaultComputerId }),
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}

function changed(before: string | undefined, change: string | null | undefined) {
  return change === undefined ? before : change?.toWellFormed();
}
