import type { CommandOfCall, Commands, RunningCommand } from '@dispatch/contracts';
import type { CallOutput } from './call-output.ts';

/** Lets clients send a call's command to the background, for as long as the call waits for it. */
export interface HandOver {
  /** Resolves when one has. */
  readonly done: Promise<void>;
  /** The command runs. Does nothing once the call waits no more. */
  open(running: RunningCommand): void;
  /** The call waits no more. Returns the command's id where it is in the background, and so not the call's to end. */
  close(): string | undefined;
}

export function createHandOver(
  commands: Commands | undefined,
  command: CommandOfCall,
  output: CallOutput,
): HandOver {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let isClosed = false;
  let commandId: string | undefined;
  let takeBack: (() => void) | undefined;
  return {
    done,
    open(running) {
      if (isClosed) return;
      takeBack = commands?.offer({
        ...command,
        running,
        handOver(id, onOutput) {
          commandId = id;
          output.handOver(onOutput);
          resolve();
        },
      });
    },
    close() {
      isClosed = true;
      takeBack?.();
      return commandId;
    },
  };
}
