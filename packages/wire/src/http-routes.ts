import type { ErrorCode } from './codes.ts';
import type { HttpSchemaName } from './http-schemas.ts';

/** A route of WIRE.md section 4 as data. Each one may also answer what every route may: see `commonErrors`. */
export interface HttpRoute {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As WIRE.md has it: `/conversations/:id/events`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: HttpSchemaName;
  /** Absent: no query parameter is taken. */
  readonly query?: HttpSchemaName;
  /** Absent: no body is taken. */
  readonly body?: HttpSchemaName;
  /** The body may be left out, and is `{}` then. */
  readonly isBodyOptional?: true;
  /** Bytes as they are, of any type, instead of a body of JSON. */
  readonly takesBytes?: true;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    /** Absent: no content. Of a stream, the schema of a line. */
    readonly body?: HttpSchemaName;
    readonly isNdjson?: true;
    /** Bytes as they are, instead of a body of JSON. */
    readonly isBytes?: true;
    /** It may also answer 204. */
    readonly orNoContent?: true;
  };
  readonly errors: readonly ErrorCode[];
  /** Served without a token. */
  readonly isOpen?: true;
}

/** What any route that is not open may answer. */
export const commonErrors = [
  'invalid-input',
  'unauthorized',
  'forbidden-origin',
  'internal',
  'store-unavailable',
] as const satisfies readonly ErrorCode[];

/** What a route that takes a body may answer too. */
export const bodyErrors = [
  'invalid-json',
  'payload-too-large',
  'unsupported-media-type',
  'stopping',
] as const satisfies readonly ErrorCode[];

/** What a route that takes bytes may answer too. */
export const bytesErrors = [
  'payload-too-large',
  'unsupported-media-type',
] as const satisfies readonly ErrorCode[];

const ofConversation = {
  params: 'conversationParams',
  errors: ['conversation-not-found'],
} as const;

/** The routes that the HTTP transport serves itself, and `/openapi.json` describes. */
export const httpRoutes = [
  {
    id: 'startTurn',
    method: 'POST',
    path: '/chat',
    summary: 'Starts a turn and streams its events.',
    body: 'chatBody',
    success: { status: 200, body: 'eventLine', isNdjson: true },
    errors: ['conversation-busy', 'unknown-model', 'nothing-to-continue', 'overloaded'],
  },
  {
    id: 'followTurn',
    method: 'GET',
    path: '/conversations/:id/events',
    summary: 'Joins the live turn after a cursor and follows it until it is sealed.',
    ...ofConversation,
    query: 'eventsQuery',
    success: { status: 200, body: 'eventLine', isNdjson: true, orNoContent: true },
  },
  {
    id: 'readMessages',
    method: 'GET',
    path: '/conversations/:id/messages',
    summary: 'Reads committed chunks, and where the running turn stands.',
    ...ofConversation,
    query: 'messagesQuery',
    success: { status: 200, body: 'messagesResponse' },
  },
  {
    id: 'queueMessage',
    method: 'POST',
    path: '/conversations/:id/queue',
    summary: 'Queues a message for the next tool boundary, or starts a turn.',
    params: 'conversationParams',
    body: 'queueBody',
    success: { status: 202, body: 'queuedResponse' },
    errors: ['queue-full'],
  },
  {
    id: 'readQueue',
    method: 'GET',
    path: '/conversations/:id/queue',
    summary: 'Lists the messages that wait, in order.',
    ...ofConversation,
    success: { status: 200, body: 'queueResponse' },
  },
  {
    id: 'removeQueued',
    method: 'DELETE',
    path: '/conversations/:id/queue/:queueId',
    summary: 'Takes a queued message back.',
    params: 'queueItemParams',
    success: { status: 204 },
    errors: ['conversation-not-found', 'queue-item-not-found'],
  },
  {
    id: 'abortTurn',
    method: 'POST',
    path: '/conversations/:id/abort',
    summary: 'Stops the running turn; what was said is kept.',
    params: 'conversationParams',
    body: 'emptyBody',
    isBodyOptional: true,
    success: { status: 202, body: 'abortResponse' },
    errors: ['conversation-not-found', 'no-active-turn'],
  },
  {
    id: 'forkConversation',
    method: 'POST',
    path: '/conversations/:id/fork',
    summary: 'Makes a new conversation of the chunks up to a seq.',
    ...ofConversation,
    body: 'forkBody',
    isBodyOptional: true,
    success: { status: 201, body: 'forkResponse' },
  },
  {
    id: 'listConversations',
    method: 'GET',
    path: '/conversations',
    summary: 'Lists conversations, newest first.',
    query: 'listQuery',
    success: { status: 200, body: 'conversationsResponse' },
    errors: [],
  },
  {
    id: 'readConversation',
    method: 'GET',
    path: '/conversations/:id',
    summary: 'Reads one conversation.',
    ...ofConversation,
    success: { status: 200, body: 'conversation' },
  },
  {
    id: 'updateConversation',
    method: 'PATCH',
    path: '/conversations/:id',
    summary: 'Changes what a conversation is run with; null clears.',
    ...ofConversation,
    body: 'patchBody',
    success: { status: 200, body: 'conversation' },
  },
  {
    id: 'deleteConversation',
    method: 'DELETE',
    path: '/conversations/:id',
    summary: 'Deletes a conversation; its running turn is aborted first.',
    ...ofConversation,
    success: { status: 204 },
  },
  {
    id: 'readMetrics',
    method: 'GET',
    path: '/conversations/:id/metrics',
    summary: 'Reads usage and timings of each turn and step.',
    ...ofConversation,
    success: { status: 200, body: 'metricsResponse' },
  },
  {
    id: 'listModels',
    method: 'GET',
    path: '/models',
    summary: 'Lists the models that can be asked for.',
    success: { status: 200, body: 'modelsResponse' },
    errors: [],
  },
  {
    id: 'listTools',
    method: 'GET',
    path: '/tools',
    summary: 'Lists the tools that models are offered.',
    success: { status: 200, body: 'toolsResponse' },
    errors: [],
  },
  {
    id: 'listExtensions',
    method: 'GET',
    path: '/extensions',
    summary: 'Lists what this host is made of.',
    success: { status: 200, body: 'extensionsResponse' },
    errors: [],
  },
  {
    id: 'listComputers',
    method: 'GET',
    path: '/computers',
    summary: 'Lists where commands can run.',
    success: { status: 200, body: 'computersResponse' },
    errors: [],
  },
  {
    id: 'listSurfaces',
    method: 'GET',
    path: '/surfaces',
    summary: 'Lists state that can be shown beside conversations.',
    success: { status: 200, body: 'surfacesResponse' },
    errors: [],
  },
  {
    id: 'listWorkspaces',
    method: 'GET',
    path: '/workspaces',
    summary: 'Lists workspaces.',
    success: { status: 200, body: 'workspacesResponse' },
    errors: [],
  },
  {
    id: 'listCommands',
    method: 'GET',
    path: '/commands',
    summary: 'Lists commands in the background.',
    query: 'commandsQuery',
    success: { status: 200, body: 'commandsResponse' },
    errors: [],
  },
  {
    id: 'readHealth',
    method: 'GET',
    path: '/health',
    summary: 'Answers while the process lives.',
    success: { status: 200, body: 'statusResponse' },
    errors: [],
    isOpen: true,
  },
  {
    id: 'readReadiness',
    method: 'GET',
    path: '/ready',
    summary: 'Answers 200 once the store answers and recovery is done, else 503.',
    success: { status: 200, body: 'statusResponse' },
    errors: ['store-unavailable'],
    isOpen: true,
  },
  {
    id: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'Describes these routes.',
    success: { status: 200, body: 'openApiResponse' },
    errors: [],
  },
] as const satisfies readonly HttpRoute[];

export type HttpRouteId = (typeof httpRoutes)[number]['id'];
