import type { Conversation, StartTurnRequest, TurnSettings, Workspace } from '@dispatch/contracts';

const keys = ['model', 'system', 'cwd', 'computerId', 'mode', 'tools', 'sampling'] as const;

/** What a request itself sets: what a conversation that it creates keeps as its own. */
export function ownSettings(request: TurnSettings): TurnSettings {
  return Object.fromEntries(
    keys.filter((key) => request[key] !== undefined).map((key) => [key, request[key]]),
  );
}

/**
 * Each setting from the turn, else the conversation, else its workspace, else the host (WIRE.md
 * section 4). A `cwd` goes with a computer: one that is said of another computer does not hold.
 */
export function resolveSettings(
  request: TurnSettings,
  conversation: Conversation | undefined,
  workspace: Workspace | undefined,
  host: { readonly cwd?: string | undefined },
): TurnSettings {
  const layers = [
    host.cwd === undefined ? {} : { cwd: host.cwd },
    ofWorkspace(workspace),
    ownSettings(conversation ?? {}),
    ownSettings(request),
  ];
  let resolved: TurnSettings = {};
  for (const layer of layers) {
    const { cwd, ...rest } = resolved;
    const goesElsewhere =
      layer.computerId !== undefined && layer.computerId !== resolved.computerId;
    resolved = { ...(goesElsewhere ? rest : resolved), ...layer };
  }
  return resolved;
}

function ofWorkspace(workspace: Workspace | undefined): TurnSettings {
  const { defaultCwd, defaultComputerId, defaultModel } = workspace ?? {};
  return {
    ...(defaultCwd === undefined ? {} : { cwd: defaultCwd }),
    ...(defaultComputerId === undefined ? {} : { computerId: defaultComputerId }),
    ...(defaultModel === undefined ? {} : { model: defaultModel }),
  };
}

/** A request may lower the host's limit, never raise it; 0 is the host's, and the host's 0 is none. */
export function resolveMaxSteps(request: StartTurnRequest['maxSteps'], host: number): number {
  if (request === undefined || request === 0) return host;
  return host === 0 ? request : Math.min(request, host);
}
