export { type BodyChain, createBodyChain, readBody } from './body-chain.ts';
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
export { createLogger, type LoggerOptions } from './create-logger.ts';
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
  ForgetRequest,
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
export { appendChunks, messagesFromChunks } from './messages-from-chunks.ts';
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
export { standardBudgetMs, standardDelaysMs, standardRetry } from './retry.ts';
export { keptHandles } from './run-turn/cap-result.ts';
export { standardLimits } from './run-turn/limits.ts';
export type {
  CompletedStep,
  CompletedToolStep,
  KernelRuntime,
  RecordedCall,
  RetryStrategy,
  RunTurnOptions,
  SteeredMessage,
  StepResponse,
  StepTimings,
  ToolStep,
  TurnEnd,
  TurnHost,
  TurnLimits,
  TurnOutcome,
  TurnResume,
} from './run-turn/options.ts';
export { runTurn } from './run-turn/run-turn.ts';
export {
  type CallSubject,
  defineTool,
  errorResult,
  type PreparedCall,
  type Reconciled,
  type Tool,
  type ToolContext,
  type ToolEffect,
  type ToolOptions,
  type ToolResult,
  type ToolSteps,
  textResult,
} from './tool.ts';
export { createToolset, type Toolset } from './toolset.ts';
export { addUsage, type Usage } from './usage.ts';
