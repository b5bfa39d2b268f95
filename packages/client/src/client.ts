import type {
  AbortResponse,
  ApprovalBody,
  ApprovalsResponse,
  AttachmentResponse,
  ChatBody,
  Command,
  CommandsResponse,
  ComputersResponse,
  Conversation,
  ConversationsResponse,
  ExplainBody,
  Explanation,
  ExtensionsResponse,
  ForkResponse,
  MessagesResponse,
  MetricsResponse,
  ModelsResponse,
  PatchBody,
  QueueBody,
  QueuedResponse,
  QueueResponse,
  RulesResponse,
  SurfacesResponse,
  ToolsResponse,
  Workspace,
  WorkspaceBody,
  WorkspacePatchBody,
  WorkspacesResponse,
} from '@dispatch/wire';
import type { FollowItem } from './http/follow-turn.ts';
import type { SentTurn } from './http/send-turn.ts';
import type { Snapshot } from './http/snapshot.ts';
import type { Connection } from './socket/connection.ts';
import type { Surroundings } from './surroundings.ts';

export interface ClientOptions extends Partial<Surroundings> {
  /** `http://127.0.0.1:4177`. */
  readonly url: string;
  /** The host's `DISPATCH_TOKEN`. */
  readonly token?: string;
  /** How long a connection may say nothing before it counts as lost. Default 30,000. */
  readonly silenceMs?: number;
}

export interface FollowOptions {
  /** `<turnId>:<n>`: begin after this event. Absent: after the running turn's last commit. */
  readonly cursor?: string;
  /** Snapshots begin after it. Default 0. */
  readonly sinceSeq?: number;
  /** Ends what is followed. The turn itself goes on. */
  readonly signal?: AbortSignal;
}

export interface NewAttachment {
  readonly bytes: Uint8Array;
  /** `image/png`. */
  readonly mediaType: string;
  /** Of the file, without folders. */
  readonly name?: string;
}

/**
 * A host, over HTTP and WebSocket. Every method may be called at any time, concurrently. What a host
 * refuses rejects with a `DispatchError` of its code; a host that is not there with
 * `connection-failed`.
 */
export interface Client {
  /**
   * Starts a turn; resolves once the host has taken the message over. Its events come exactly once
   * and go on by themselves over lost connections.
   */
  send(message: ChatBody, options?: { readonly signal?: AbortSignal }): Promise<SentTurn>;
  /** The running turn's events, exactly once, until it is sealed; none where no turn runs. */
  follow(conversationId: string, options?: FollowOptions): AsyncIterable<FollowItem>;
  /** Opens one socket for any number of conversations. It connects again by itself. */
  connect(): Connection;

  /** One page of committed chunks: at most `limit` (1 to 1000, default 500) with `seq > sinceSeq`. */
  messages(
    conversationId: string,
    query?: { readonly sinceSeq?: number; readonly limit?: number },
  ): Promise<MessagesResponse>;
  /** All committed chunks after `sinceSeq`, and where the running turn stands. */
  snapshot(conversationId: string, sinceSeq?: number): Promise<Snapshot>;
  queue(conversationId: string, message: QueueBody): Promise<QueuedResponse>;
  queued(conversationId: string): Promise<QueueResponse>;
  removeQueued(conversationId: string, queueId: string): Promise<void>;
  abort(conversationId: string): Promise<AbortResponse>;
  fork(conversationId: string, atSeq?: number): Promise<ForkResponse>;

  list(query?: {
    readonly limit?: number;
    readonly cursor?: string;
    readonly workspaceId?: string;
  }): Promise<ConversationsResponse>;
  get(conversationId: string): Promise<Conversation>;
  update(conversationId: string, patch: PatchBody): Promise<Conversation>;
  remove(conversationId: string): Promise<void>;
  metrics(conversationId: string): Promise<MetricsResponse>;

  /** What waits for a person in the conversation. */
  approvals(conversationId: string): Promise<ApprovalsResponse>;
  /** Answers it. `already-resolved` where somebody was first, `approval-not-found`. */
  resolveApproval(approvalId: string, approval: ApprovalBody): Promise<void>;

  /** The rules that decide which calls run: of the configuration, and those that people added. */
  rules(): Promise<RulesResponse>;
  /** What would be decided on a call, and why; nothing runs. `invalid-input` where there is no such tool. */
  explainCall(call: ExplainBody): Promise<Explanation>;
  /** Of those that people added. `rule-not-found`. */
  removeRule(ruleId: string): Promise<void>;

  workspaces(): Promise<WorkspacesResponse>;
  workspace(workspaceId: string): Promise<Workspace>;
  createWorkspace(workspace: WorkspaceBody): Promise<Workspace>;
  updateWorkspace(workspaceId: string, patch: WorkspacePatchBody): Promise<Workspace>;
  /** Its conversations stay, and take the host's settings where they have none of their own. */
  removeWorkspace(workspaceId: string): Promise<void>;

  /** Keeps bytes, up to 20 MiB, that a message can name: `{ type: 'attachment', attachmentId }`. */
  uploadAttachment(attachment: NewAttachment): Promise<AttachmentResponse>;
  /** Its bytes. `attachment-not-found`. */
  attachment(attachmentId: string): Promise<Uint8Array>;

  /** Commands in the background: a conversation's, or all. */
  commands(conversationId?: string): Promise<CommandsResponse>;
  /**
   * Sends the command that a tool call waits for to the background, whichever host runs it; without
   * a call the one that waits longest. `command-not-found`, after four seconds, where none waits,
   * `too-many-commands`.
   */
  sendToBackground(conversationId: string, callId?: string): Promise<Command>;
  /** What it has printed, from byte `offset` (default 0) on. */
  commandOutput(commandId: string, offset?: number): Promise<Uint8Array>;
  /** Resolves when it is told, not when it is over. */
  stopCommand(commandId: string): Promise<void>;

  models(): Promise<ModelsResponse>;
  tools(): Promise<ToolsResponse>;
  extensions(): Promise<ExtensionsResponse>;
  computers(): Promise<ComputersResponse>;
  surfaces(): Promise<SurfacesResponse>;
  /** The store answers and recovery is done. Rejects with `connection-failed` alone. */
  isReady(): Promise<boolean>;
}
