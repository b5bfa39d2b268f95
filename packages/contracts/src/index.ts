export type { Access, AnsweredTurn, Approvals, AskingTurn, PathReach } from './approvals.ts';
export { asFileError } from './as-file-error.ts';
export type { BlobInfo, Blobs, KeepUnowned, NewBlob } from './blobs.ts';
export { type Bus, maxMessageBytes } from './bus.ts';
export { checkJobDefinition, checkNewJob } from './check-job.ts';
export { CodedError, type CodedErrorOptions, isCodedError } from './coded-error.ts';
export { type ContractCode, contractCodes } from './codes.ts';
export type {
  Collisions,
  FileTouch,
  LineHunk,
  ToldEvent,
  TurnEventSource,
} from './collisions.ts';
export type {
  BackgroundCommand,
  CommandOfCall,
  Commands,
  ForegroundCommand,
  NewBackgroundCommand,
} from './commands.ts';
export type {
  CommandExit,
  Computer,
  ComputerInfo,
  ComputerSource,
  FileKind,
  FileRange,
  FileStat,
  FolderListing,
  NewCommand,
  RunningCommand,
} from './computer.ts';
export type {
  Conversation,
  ConversationMode,
  ConversationPatch,
  Origin,
  StepMetrics,
  StoredChunk,
  ToolSelection,
  TurnMetrics,
  TurnSettings,
} from './conversation.ts';
export type {
  ActiveTurn,
  ConversationChange,
  Conversations,
  FollowBatch,
  Follower,
  FollowTurnRequest,
  MessageQuery,
  MessageView,
  ModelList,
  QueueEntry,
  QueueMessageRequest,
  StartedTurn,
  StartTurnRequest,
  SubscribeRequest,
  Subscription,
  ToolInfo,
} from './conversations.ts';
export { isCron, nextCronTime } from './cron.ts';
export type { Database } from './database.ts';
export {
  apiVersion,
  type ContractName,
  type ContractValue,
  type Contributed,
  type Contribution,
  defineExtension,
  type Extension,
  type ExtensionContext,
  type ExtensionOptions,
  type ListContractName,
  type ListContracts,
  type Need,
  type Needed,
  type RunningExtension,
  type SingleContractName,
  type SingleContracts,
} from './extension.ts';
export { defineFileTool, type FileToolOptions } from './file-tool.ts';
export type { ConversationFiles, FileCall, Files, FolderGrant } from './files.ts';
export { findComputer } from './find-computer.ts';
export { grantNamespace, maxGrants, readGrants } from './grants.ts';
export type { ConversationInspection, InspectedStep, InspectedTurn } from './inspection.ts';
export type { ExtensionInfo, Inventory } from './inventory.ts';
export {
  type JobDefinition,
  type Jobs,
  maxPayloadBytes,
  maxRunMs,
  type NewJob,
  type RunningJob,
} from './jobs.ts';
export { noOptions } from './no-options.ts';
export type { EnqueueRecord, EnqueueResult, QueuedMessage } from './queue-records.ts';
export type { RecordQuery, Records, RecordWrite, VersionedRecord } from './records.ts';
export {
  defineRoute,
  type Frame,
  type FrameConnection,
  type ReadBytes,
  type Route,
  type RouteOptions,
  type RouteReply,
  type RouteRequest,
} from './route.ts';
export type { Runtime } from './runtime.ts';
export type { Issue, Parsed, Schema } from './schema.ts';
export { checkStepChunks } from './step-chunks.ts';
export type {
  ChunkQuery,
  ClaimedTurn,
  ClaimTurns,
  CommitResult,
  CommitStepRecord,
  ConversationHead,
  ConversationPage,
  ConversationQuery,
  ConversationView,
  ForkConversation,
  KeepConversations,
  LedgerCall,
  LedgerToolStep,
  NewChunk,
  OwnedTurn,
  RunningTurn,
  SealTurnRecord,
  StartTurnRecord,
  StartTurnResult,
  SteeringResult,
  Store,
  TurnEndRecord,
  TurnLease,
  TurnRecord,
} from './store.ts';
export type { Transport, Upgrade } from './transport.ts';
export { waitForRest } from './wait-for-rest.ts';
export { wayOut } from './way-out.ts';
export type { Workspace, Workspaces } from './workspaces.ts';
