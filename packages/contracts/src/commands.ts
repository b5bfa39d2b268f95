import type { CommandExit } from './computer.ts';

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
}

export interface NewBackgroundCommand {
  readonly conversationId: string;
  /** The tool call that asked for it. */
  readonly callId: string;
  readonly computerId?: string;
  /** For the computer's POSIX shell. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** What it prints, besides that it is kept. Synchronous. */
  onOutput?(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

export interface BackgroundCommand {
  readonly commandId: string;
  /** Resolves when it is over and what it printed until then was told. Never rejects. */
  readonly exited: Promise<CommandExit>;
  /** Ends it and all that it started. Resolves when they are gone. */
  stop(): Promise<void>;
}
