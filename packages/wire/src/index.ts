export { type AsSchema, asSchema } from './as-schema.ts';
export { type CheckedInput, checkInput } from './check-input.ts';
export {
  type Chunk,
  chunk,
  type Role,
  role,
  type StoredChunk,
  storedChunk,
} from './chunk.ts';
export {
  type ClientFrame,
  type FrameFields,
  type FrameId,
  type FrameOp,
  frameFields,
  frameId,
  isFrameOp,
} from './client-frame.ts';
export { codes, type ErrorCode, type TurnCode, turnCodes } from './codes.ts';
export {
  type ContentPart,
  contentPart,
  type Message,
  message,
  messagePart,
} from './content-part.ts';
export { contributedRoutes } from './contributed-routes.ts';
export {
  type Cursor,
  followsWithoutGap,
  formatCursor,
  ownerStride,
  parseCursor,
} from './cursor.ts';
export { describeIssues, type Issue, issuesOf } from './describe-issues.ts';
export {
  type ApprovalRequestEvent,
  approvalRequestEvent,
  type EventLine,
  type EventOf,
  eventLine,
  type Question,
  question,
  type ResyncLine,
  resyncLine,
  type TurnError,
  type TurnEvent,
  turnError,
  turnEvent,
} from './event.ts';
export { type FrameHead, readFrameHead } from './frame-head.ts';
export {
  bodyErrors,
  bytesErrors,
  commonErrors,
  type HttpRoute,
  type HttpRouteId,
  httpRoutes,
} from './http-routes.ts';
export { type HttpSchemaName, httpSchemas } from './http-schemas.ts';
export { idPattern } from './id-pattern.ts';
export { conversationId, idempotencyKey, mintedId, seq } from './ids.ts';
export { type JsonSchemaObject, toJsonSchema } from './json-schema.ts';
export { type JsonValue, jsonValue } from './json-value.ts';
export { isNestedTooDeeply, maxNesting } from './nesting.ts';
export { isErrorCode, type Problem, problem, problemOf, statusOf } from './problem.ts';
export {
  approvalParams,
  attachmentParams,
  attachmentQuery,
  commandOutputQuery,
  commandParams,
  commandsQuery,
  conversationParams,
  type EventsQuery,
  emptyQuery,
  eventsQuery,
  type ListQuery,
  listQuery,
  type MessagesQuery,
  messagesQuery,
  queueItemParams,
  tracesQuery,
  workspaceParams,
} from './query.ts';
export {
  type JournalRecord,
  journalRecord,
  type SpanBody,
  spanBody,
  type TracesResponse,
  tracesResponse,
} from './record.ts';
export {
  type ApprovalBody,
  approvalBody,
  type ChatBody,
  type ConversationMode,
  chatBody,
  emptyBody,
  type ForkBody,
  forkBody,
  mode,
  type PatchBody,
  patchBody,
  type QueueBody,
  queueBody,
  type Sampling,
  sampling,
  sendCommandBody,
  type ToolSelection,
  toolSelection,
  type WorkspaceBody,
  type WorkspacePatchBody,
  workspaceBody,
  workspacePatchBody,
} from './request.ts';
export {
  type AbortResponse,
  type ActiveTurn,
  type ApprovalsResponse,
  type AttachmentResponse,
  abortResponse,
  activeTurn,
  approvalsResponse,
  attachmentResponse,
  type Command,
  type CommandsResponse,
  type ComputersResponse,
  type Conversation,
  type ConversationsResponse,
  command,
  commandsResponse,
  computersResponse,
  conversation,
  conversationsResponse,
  type ExtensionsResponse,
  extensionsResponse,
  type ForkResponse,
  forkResponse,
  type MessagesResponse,
  type MetricsResponse,
  type ModelsResponse,
  messagesResponse,
  metricsResponse,
  modelsResponse,
  openApiResponse,
  type QueuedResponse,
  type QueueResponse,
  queuedResponse,
  queueResponse,
  type StepMetrics,
  type SurfacesResponse,
  statusResponse,
  stepMetrics,
  surfacesResponse,
  type ToolsResponse,
  type TurnMetrics,
  toolsResponse,
  turnMetrics,
  type Workspace,
  type WorkspacesResponse,
  workspace,
  workspacesResponse,
} from './response.ts';
export {
  type ExplainBody,
  type Explanation,
  explainBody,
  explanation,
  type RulesResponse,
  rulesResponse,
  type SeenCommand,
} from './rules.ts';
export {
  type ServerFrame,
  type ServerFrameOf,
  serverFrame,
} from './server-frame.ts';
export {
  type KeptChunk,
  type KeptConversation,
  tellConversation,
  tellHistory,
  tellTime,
} from './tell.ts';
export {
  type FinishReason,
  finishReason,
  type StepFinishReason,
  stepFinishReason,
  type Usage,
  usage,
} from './usage.ts';
