import type { CollisionEvent } from '@dispatch/kernel';

/** Knows which conversations work on the same files, and lets them know. Blocks nothing. */
export interface Collisions {
  /**
   * Resolves once it is told on this host, so that who touched a file is told while the turn still
   * runs. Never rejects, never waits for another host.
   */
  touched(touch: FileTouch): Promise<void>;
}

export interface FileTouch {
  readonly conversationId: string;
  readonly computerId?: string;
  /** Absolute, links resolved. */
  readonly path: string;
  /** Lines that were changed, from 1, both ends included. Absent: the whole file. */
  readonly lines?: readonly (readonly [first: number, last: number])[];
  /** How lines moved: what others changed before is looked for where it stands now. Ascending. Absent: not known. */
  readonly hunks?: readonly LineHunk[];
}

/** A run of lines that gave way to others. */
export interface LineHunk {
  /** Of the text before, from 1: the first that was removed, or that stood behind what was added. */
  readonly line: number;
  readonly removed: number;
  readonly added: number;
}

/** Has events to tell in a running turn that are none of the kernel's: the orchestrator listens. */
export interface TurnEventSource {
  /**
   * Each is told in the conversation's turn where one runs on this host, and is dropped otherwise:
   * a source tells the same on every host. Returns what ends it.
   */
  subscribe(listener: (told: ToldEvent) => void): () => void;
}

export interface ToldEvent {
  readonly conversationId: string;
  readonly event: CollisionEvent;
}
