import * as z from 'zod';
import { storedChunk } from './chunk.ts';
import { toldMessage } from './content-part.ts';
import { approvalRequestEvent } from './event.ts';
import { seq } from './ids.ts';
import { jsonValue } from './json-value.ts';
import { finishReason, usage } from './usage.ts';

// Lazy, as all that only describes what the host says: a host at start pays for what it checks.
const time = z.lazy(() => z.iso.datetime());
const text = z.lazy(() => z.string().nullable());

/** `cursor`: the last event whose content is in the committed chunks. */
export const activeTurn = z.lazy(() =>
  z.object({ turnId: z.string(), cursor: z.string() }).nullable(),
);

export const messagesResponse = z.lazy(() =>
  z.object({
    chunks: z.array(storedChunk),
    lastSeq: seq,
    activeTurn,
  }),
);

export const queuedResponse = z.lazy(() =>
  z.object({ queueId: z.string(), position: z.int().min(1) }),
);

export const queueResponse = z.lazy(() =>
  z.object({
    messages: z.array(z.object({ queueId: z.string(), message: toldMessage, createdAt: time })),
  }),
);

export const abortResponse = z.lazy(() => z.object({ turnId: z.string() }));

export const forkResponse = z.lazy(() => z.object({ conversationId: z.string(), lastSeq: seq }));

/** What is not set is null. */
export const conversation = z.lazy(() =>
  z.object({
    conversationId: z.string(),
    title: text,
    model: text,
    system: text,
    workspaceId: text,
    cwd: text,
    computerId: text,
    mode: z.enum(['act', 'read-only']).nullable(),
    status: z.enum(['idle', 'running', 'waiting']),
    lastSeq: seq,
    createdAt: time,
    updatedAt: time,
  }),
);

export const conversationsResponse = z.lazy(() =>
  z.object({
    conversations: z.array(conversation),
    nextCursor: text,
  }),
);

const milliseconds = z.lazy(() => z.number().min(0).nullable());

/** What was not measured, or is not over, is null. */
export const stepMetrics = z.lazy(() =>
  z.object({
    stepId: z.string(),
    usage: usage.nullable(),
    ttftMs: milliseconds,
    decodeMs: milliseconds,
    genTotalMs: milliseconds,
    toolCalls: z.int().min(0),
  }),
);

export const turnMetrics = z.lazy(() =>
  z.object({
    turnId: z.string(),
    model: z.string(),
    finishReason: finishReason.nullable(),
    usage: usage.nullable(),
    durationMs: milliseconds,
    contextSize: z.int().min(0).nullable(),
    steps: z.array(stepMetrics),
  }),
);

export const metricsResponse = z.lazy(() => z.object({ turns: z.array(turnMetrics) }));

export const modelsResponse = z.lazy(() =>
  z.object({
    models: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        description: z.string().exactOptional(),
        contextWindow: z.int().min(0).exactOptional(),
      }),
    ),
    default: text,
  }),
);

export const toolsResponse = z.lazy(() =>
  z.object({
    tools: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        inputSchema: jsonValue,
        effect: z.enum(['pure', 'idempotent', 'reconcilable', 'unsafe']),
        extension: z.string(),
      }),
    ),
  }),
);

export const extensionsResponse = z.lazy(() =>
  z.object({
    extensions: z.array(
      z.object({
        id: z.string(),
        version: z.string(),
        state: z.string(),
        contributes: z.array(z.string()),
      }),
    ),
  }),
);

/** `failures`: who could not say which computers it knows; absent where all could. */
export const computersResponse = z.lazy(() =>
  z.object({
    computers: z.array(
      z.object({
        computerId: z.string(),
        host: z.string(),
        user: z.string().exactOptional(),
        port: z.int().exactOptional(),
      }),
    ),
    failures: z.array(z.object({ extension: z.string(), message: z.string() })).exactOptional(),
  }),
);

export const surfacesResponse = z.lazy(() =>
  z.object({
    surfaces: z.array(
      z.object({
        surfaceId: z.string(),
        scope: z.enum(['host', 'conversation']),
        rendererId: z.string(),
        actions: z.array(z.object({ name: z.string(), inputSchema: jsonValue })),
      }),
    ),
  }),
);

export const workspace = z.lazy(() =>
  z.object({
    workspaceId: z.string(),
    name: z.string(),
    defaultCwd: text,
    defaultComputerId: text,
    defaultModel: text,
  }),
);

export const workspacesResponse = z.lazy(() => z.object({ workspaces: z.array(workspace) }));

/** A command in the background. */
export const command = z.lazy(() =>
  z.object({
    commandId: z.string(),
    conversationId: z.string(),
    callId: z.string(),
    command: z.string(),
    state: z.string(),
    exitCode: z.int().exactOptional(),
    startedAt: time,
  }),
);

export const commandsResponse = z.lazy(() => z.object({ commands: z.array(command) }));

export const approvalsResponse = z.lazy(() =>
  z.object({ approvals: z.array(approvalRequestEvent) }),
);

export const attachmentResponse = z.lazy(() =>
  z.object({
    attachmentId: z.string(),
    mediaType: z.string(),
    size: z.int().min(0),
  }),
);

/** Of `/health` and `/ready`. */
export const statusResponse = z.lazy(() => z.object({ status: z.string() }));

/** `/openapi.json`. */
export const openApiResponse = z.lazy(() => z.object({ openapi: z.string() }));

export type ActiveTurn = NonNullable<z.infer<typeof activeTurn>>;
export type MessagesResponse = z.infer<typeof messagesResponse>;
export type QueuedResponse = z.infer<typeof queuedResponse>;
export type QueueResponse = z.infer<typeof queueResponse>;
export type AbortResponse = z.infer<typeof abortResponse>;
export type ForkResponse = z.infer<typeof forkResponse>;
export type Conversation = z.infer<typeof conversation>;
export type ConversationsResponse = z.infer<typeof conversationsResponse>;
export type StepMetrics = z.infer<typeof stepMetrics>;
export type TurnMetrics = z.infer<typeof turnMetrics>;
export type MetricsResponse = z.infer<typeof metricsResponse>;
export type ModelsResponse = z.infer<typeof modelsResponse>;
export type ToolsResponse = z.infer<typeof toolsResponse>;
export type ExtensionsResponse = z.infer<typeof extensionsResponse>;
export type ComputersResponse = z.infer<typeof computersResponse>;
export type SurfacesResponse = z.infer<typeof surfacesResponse>;
export type Workspace = z.infer<typeof workspace>;
export type WorkspacesResponse = z.infer<typeof workspacesResponse>;
export type Command = z.infer<typeof command>;
export type CommandsResponse = z.infer<typeof commandsResponse>;
export type ApprovalsResponse = z.infer<typeof approvalsResponse>;
export type AttachmentResponse = z.infer<typeof attachmentResponse>;
