import type { Conversation, StartTurnRequest, TurnSettings } from '@dispatch/contracts';

const keys = ['model', 'system', 'cwd', 'computerId', 'mode', 'tools', 'sampling'] as const;

/** What a request itself sets: what a conversation that it creates keeps as its own. */
export function ownSettings(request: TurnSettings): TurnSettings {
  return Object.fromEntries(
    keys.filter((key) => request[key] !== undefined).map((key) => [key, request[key]]),
  );
}

/** Each setting from the turn, else the conversation, else the host (WIRE.md section 4). */
export function resolveSettings(
  request: TurnSettings,
  conversation: Conversation | undefined,
  host: { readonly cwd?: string | undefined },
): TurnSettings {
  const base = host.cwd === undefined ? {} : { cwd: host.cwd };
  return { ...base, ...ownSettings(conversation ?? {}), ...ownSettings(request) };
}

/** A request may lower the host's limit, never raise it; 0 is the host's, and the host's 0 is none. */
export function resolveMaxSteps(request: StartTurnRequest['maxSteps'], host: number): number {
  if (request === undefined || request === 0) return host;
  return host === 0 ? request : Math.min(request, host);
}
