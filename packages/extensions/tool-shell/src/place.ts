import type { CommandOfCall, Commands, Computer, Runtime } from '@dispatch/contracts';
import type { Logger, ToolContext } from '@dispatch/kernel';

/** What every call has around it. */
export interface CallSurroundings {
  /** Absent: nothing is run in the background. */
  readonly commands?: Commands | undefined;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Where one call runs. */
export interface Place extends CallSurroundings {
  readonly computer: Computer;
  readonly cwd: string;
}

/** Pure. */
export function commandOfCall(
  command: string,
  cwd: string,
  { conversationId, callId, computerId }: ToolContext,
): CommandOfCall {
  return {
    conversationId,
    callId,
    command,
    cwd,
    ...(computerId === undefined ? {} : { computerId }),
  };
}
