import type { ContentPart } from './content.ts';
import type { JsonValue } from './json.ts';

/** A committed piece of a conversation (WIRE.md section 2), without what the store adds to it. */
export type Chunk =
  | TextChunk
  | ReasoningChunk
  | ToolCallChunk
  | ToolResultChunk
  | AttachmentChunk
  | ErrorChunk;

/** `stepId` is absent on a user's. Never empty. */
export interface TextChunk {
  readonly type: 'text';
  readonly text: string;
  readonly stepId?: string;
}

/** `text` may be empty where there is `providerData`, which goes back to the provider unchanged. */
export interface ReasoningChunk {
  readonly type: 'reasoning';
  readonly text: string;
  readonly stepId: string;
  readonly providerData?: JsonValue;
}

export interface ToolCallChunk {
  readonly type: 'tool-call';
  readonly stepId: string;
  /** Unique in its conversation. */
  readonly callId: string;
  readonly name: string;
  readonly input: JsonValue;
}

export interface ToolResultChunk {
  readonly type: 'tool-result';
  readonly stepId: string;
  readonly callId: string;
  readonly name: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
  /** Absent where the tool never started. */
  readonly durationMs?: number;
  /** The call was cut off by a crash, an abort or its deadline, and the host invented this result. */
  readonly interrupted?: true;
}

export interface AttachmentChunk {
  readonly type: 'attachment';
  readonly mediaType: string;
  readonly name?: string;
  readonly attachmentId: string;
}

export interface ErrorChunk {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

export type Role = 'user' | 'assistant' | 'tool';

/** A chunk with the role that it is committed under. */
export interface RoledChunk {
  readonly role: Role;
  readonly chunk: Chunk;
}
