import { CodedError, findComputer, isCodedError, type Workspace } from '@dispatch/contracts';
import type { Core } from './core.ts';

/** What of a request or a patch names a place. */
export interface NamedPlaces {
  readonly workspaceId?: string | null;
  readonly computerId?: string | null;
  readonly cwd?: string | null;
}

/** Rejects where a place is named that is not there: `workspace-not-found`, `invalid-input`. */
export async function refuseUnknownPlaces(
  core: Pick<Core, 'workspaces' | 'computers'>,
  { workspaceId, computerId, cwd }: NamedPlaces,
): Promise<void> {
  if (typeof cwd === 'string' && !cwd.startsWith('/')) {
    throw new CodedError('invalid-input', { message: 'cwd: it has to be an absolute path.' });
  }
  if (typeof workspaceId === 'string') {
    const workspace = await findWorkspace(core, workspaceId);
    if (workspace === undefined) {
      throw new CodedError('workspace-not-found', {
        message: `There is no workspace ${JSON.stringify(workspaceId)}.`,
      });
    }
  }
  if (typeof computerId !== 'string') return;
  try {
    await findComputer(core.computers, computerId);
  } catch (error) {
    if (!isCodedError(error, 'computer-not-found')) throw error;
    const { hint } = error;
    throw new CodedError('invalid-input', {
      message: `computerId: ${error.message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Of a workspace that was deleted since, nothing holds. */
export async function findWorkspace(
  { workspaces }: Pick<Core, 'workspaces'>,
  workspaceId: string | undefined,
): Promise<Workspace | undefined> {
  return workspaceId === undefined ? undefined : workspaces?.get(workspaceId);
}
