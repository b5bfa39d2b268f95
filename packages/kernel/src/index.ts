export type {
  AttachmentChunk,
  Chunk,
  ErrorChunk,
  ReasoningChunk,
  Role,
  RoledChunk,
  TextChunk,
  ToolCallChunk,
  ToolResultChunk,
} from './chunk.ts';
export type { ContentPart } from './content.ts';
export { type TurnErrorCode, turnErrorCodes } from './errors.ts';
export type {
  ApprovalRequestEvent,
  ApprovalResolvedEvent,
  CollisionEvent,
  DoneEvent,
  ErrorEvent,
  FinishReason,
  OutputStream,
  ProviderRetryEvent,
  ReasoningDeltaEvent,
  SteeringEvent,
  StepCompleteEvent,
  StepFinishReason,
  StepStartEvent,
  TextDeltaEvent,
  ToolCallEvent,
  ToolOutputEvent,
  ToolResultEvent,
  TurnError,
  TurnEvent,
  UsageEvent,
  UserInput,
} from './event.ts';
export type {
  AskAnswer,
  AttemptView,
  CallDecision,
  StepChange,
  StepView,
  ToolCallView,
  TurnHooks,
} from './hooks.ts';
export type { JsonObject, JsonSchema, JsonValue } from './json.ts';
export type {
  Attributes,
  Logger,
  LogLevel,
  LogMessageRecord,
  LogRecord,
  Sink,
  Span,
  SpanBody,
  SpanCloseRecord,
  SpanContext,
  SpanEnd,
  SpanOpenRecord,
  SpanOptions,
} from './logging.ts';
export type {
  AssistantMessage,
  AssistantPart,
  Message,
  ToolMessage,
  ToolResultPart,
  UserMessage,
} from './message.ts';
export type {
  ModelInfo,
  ModelRequest,
  Provider,
  ProviderContext,
  ProviderError,
  ProviderEvent,
  ProviderFinishReason,
  Sampling,
  ToolDefinition,
} from './provider.ts';
export type { Redactor, RedactorStream } from './redaction.ts';
export type {
  CompletedStep,
  KernelRuntime,
  RecordedCall,
  RetryStrategy,
  RunTurnOptions,
  SteeredMessage,
  StepResponse,
  StepTimings,
  TurnEnd,
  TurnHost,
  TurnLimits,
  TurnOutcome,
  TurnResume,
} from './run-turn/options.ts';
export {
  defineTool,
  errorResult,
  type PreparedCall,
  type Reconciled,
  type Tool,
  type ToolContext,
  type ToolEffect,
  type ToolOptions,
  type ToolResult,
  textResult,
} from './tool.ts';
export type { Usage } from './usage.ts';
