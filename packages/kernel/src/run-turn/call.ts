import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { ContentPart } from '../content.ts';
import type { Tool } from '../tool.ts';

/** A call of the step under way. */
export interface Call {
  readonly chunk: ToolCallChunk;
  readonly tool: Tool | undefined;
  /** Known before anything runs: what is wrong with the call. */
  readonly problem: string | undefined;
  /** Among the step's calls, from 0. */
  readonly position: number;
  /** Its tool was started. */
  hasRun?: boolean;
  /** It takes the result of an identical call of its step. */
  isShared?: boolean;
  /** Set once it is over. */
  result: ToolResultChunk | undefined;
  /** It waits for a person, and the turn is to be put away. */
  isSuspended: boolean;
}

/** How a call ended, before its result is made fit to be told. */
export interface CallEnd {
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
  /** The kernel invented the result: the call was cut off. */
  readonly isInterrupted: boolean;
  /** Absent where the tool never started. */
  readonly durationMs?: number;
}

/** A call that did not run, and why. */
export function refused(text: string): CallEnd {
  return { content: [{ type: 'text', text }], isError: true, isInterrupted: false };
}

/** A call that was cut off, started or not. */
export function interrupted(text: string, durationMs?: number): CallEnd {
  return {
    content: [{ type: 'text', text }],
    isError: true,
    isInterrupted: true,
    ...(durationMs === undefined ? undefined : { durationMs }),
  };
}
