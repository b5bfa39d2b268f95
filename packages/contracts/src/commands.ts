import type { CommandExit, NewCommand, RunningCommand } from './computer.ts';

/**
 * Commands in the background: they outlive the call that started them, are listed, read and stopped
 * from any host of the system, and end with their conversation and with the host that started them.
 */
export interface Commands {
  /**
   * Starts one. Rejects with `too-many-commands`, `computer-not-found`, `computer-unavailable`,
   * `conversation-not-found`, and as `Computer.spawn` does where the folder is not there.
   */
  start(command: NewBackgroundCommand): Promise<BackgroundCommand>;
  /**
   * Tells of a command that a call waits for, so that a client may send it to the background. Cheap:
   * nothing is stored unless one does. What it returns takes the offer back: call it when the call
   * waits no more.
   */
  offer(command: ForegroundCommand): () => void;
}

/** What a call asked for. */
export interface CommandOfCall {
  readonly conversationId: string;
  readonly callId: string;
  readonly computerId?: string;
  /** For the computer's POSIX shell. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
}

export interface NewBackgroundCommand extends CommandOfCall {
  /** What it prints, besides that it is kept. Synchronous. */
  onOutput?(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

/** A command that a call waits for. */
export interface ForegroundCommand extends CommandOfCall {
  readonly running: RunningCommand;
  /**
   * From now on the command is no longer the call's: it neither ends it nor sets the pace at which it
   * is read. `onOutput` is given what was printed so far, in order, before this returns, then all
   * that comes. Called at most once, and not once the offer was taken back. Synchronous.
   */
  handOver(commandId: string, onOutput: NewCommand['onOutput']): void;
}

export interface BackgroundCommand {
  readonly commandId: string;
  /** Resolves when it is over and what it printed until then was told. Never rejects. */
  readonly exited: Promise<CommandExit>;
  /** Ends it and all that it started. Resolves when they are gone. */
  stop(): Promise<void>;
}
