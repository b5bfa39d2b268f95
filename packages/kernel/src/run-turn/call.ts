import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { ContentPart } from '../content.ts';
import type { Span } from '../logging.ts';
import type { Tool } from '../tool.ts';
import type { Place } from './call-line.ts';
import type { ToolStep } from './options.ts';

/** A call of the step under way. */
export interface Call {
  readonly chunk: ToolCallChunk;
  readonly tool: Tool | undefined;
  /** Among the step's calls, from 0. */
  readonly position: number;
  /** Its host was lost while it ran. */
  readonly hadStarted: boolean;
  /** Of a durable tool: what the call had recorded by then. */
  readonly recordedSteps: readonly ToolStep[];
  /** Open from when the call is decided on until its result is told. */
  span: Span | undefined;
  /** What hooks changed: attributes of the span. */
  inputChangedBy: string | undefined;
  resultChangedBy: string | undefined;
  deniedBy: string | undefined;
  /** Of a call with effects, from its start on. */
  place: Place | undefined;
  /** It has been let through the semaphore, and not left it yet. */
  hasPermit: boolean;
  /** Its tool was started. */
  hasRun: boolean;
  /** It takes the result of an identical call of its step. */
  isShared: boolean;
  /** It waits for a person, and the turn is to be put away. */
  isSuspended: boolean;
  /** Set once it is over. */
  result: ToolResultChunk | undefined;
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

export const abortedText = 'The call was cut off: the turn was aborted.';
export const unknownOutcomeText =
  'The host was lost while this call ran. Whether it took effect is not known: look before you call it again.';

/** A call that did not run, and why. */
export function refused(text: string): CallEnd {
  return { content: [{ type: 'text', text }], isError: true, isInterrupted: false };
}

/** A call that does not run any more: the turn is over. */
export function notRun(call: Call): CallEnd {
  return interrupted(call.hadStarted ? unknownOutcomeText : abortedText);
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
