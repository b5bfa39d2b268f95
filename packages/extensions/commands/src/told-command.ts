import type { Command } from '@dispatch/wire';
import type { StoredCommand } from './stored-command.ts';

/** As clients are told of it (WIRE.md section 4). */
export function tellCommand(stored: StoredCommand): Command {
  const { commandId, conversationId, callId, command, state, exitCode } = stored;
  return {
    commandId,
    conversationId,
    callId,
    command,
    state,
    ...(exitCode === undefined ? {} : { exitCode }),
    startedAt: new Date(stored.startedAt).toISOString(),
  };
}

/** How it stands, in words for a model. Pure. */
export function describeState({ state, exitCode, signal, failure }: StoredCommand): string {
  switch (state) {
    case 'running':
      return 'running';
    case 'exited':
      return exitCode === undefined ? `ended by ${signal}` : `exited with code ${exitCode}`;
    case 'stopped':
      return 'stopped';
    case 'failed':
      return `failed: ${failure}`;
    case 'lost':
      return 'lost with the host that ran it: what it did after its last output is not known';
  }
}
