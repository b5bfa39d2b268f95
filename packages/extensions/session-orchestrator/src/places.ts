import { CodedError } from '@dispatch/contracts';

/** Refuses what names a place that this host does not have. */
export function refuseUnknownPlaces(request: {
  readonly workspaceId?: string | null;
  readonly computerId?: string | null;
  readonly cwd?: string | null;
}): void {
  if (typeof request.workspaceId === 'string') {
    throw new CodedError('workspace-not-found', {
      message: `There is no workspace ${JSON.stringify(request.workspaceId)}.`,
    });
  }
  if (typeof request.computerId === 'string') {
    throw new CodedError('invalid-input', {
      message: `computerId: this host knows no computer ${JSON.stringify(request.computerId)}.`,
      hint: 'GET /computers lists those it knows; left out, commands run on the host itself.',
    });
  }
  if (typeof request.cwd === 'string' && !request.cwd.startsWith('/')) {
    throw new CodedError('invalid-input', {
      message: 'cwd: it has to be an absolute path.',
    });
  }
}
