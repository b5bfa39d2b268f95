import type { TurnEvent } from '@dispatch/kernel';

/** An event as a client gets it: what was told, in its envelope (WIRE.md section 3). */
export type StreamEvent = TurnEvent & {
  readonly conversationId: string;
  readonly turnId: string;
  readonly n: number;
};

/** A step whose completion was told. */
export interface ToldStep {
  readonly turnId: string;
  readonly stepId: string;
  /** All its text deltas since its last reset. */
  readonly text: string;
  readonly callIds: readonly string[];
  readonly committedSeq: number;
}

/** A turn that was followed from its start to its seal without a break in what was told. */
export interface ToldTurn {
  readonly turnId: string;
  readonly lastSeq: number;
}
