import type { FinishReason, Role, Sampling, Usage } from '@dispatch/kernel';

/** `read-only`: only `pure` tools are offered. */
export type ConversationMode = 'act' | 'read-only';

/** Which tools are offered, by name; `*` stands for any characters. */
export interface ToolSelection {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

/** What a turn is run with; what is absent is taken from the conversation, its workspace, the host. */
export interface TurnSettings {
  readonly model?: string;
  readonly system?: string;
  readonly cwd?: string;
  readonly computerId?: string;
  readonly mode?: ConversationMode;
  readonly tools?: ToolSelection;
  readonly sampling?: Sampling;
}

/** A conversation as the store keeps it. Times are epoch milliseconds. */
export interface Conversation extends TurnSettings {
  readonly conversationId: string;
  readonly title?: string;
  readonly workspaceId?: string;
  readonly parentId?: string;
  readonly status: 'idle' | 'running' | 'waiting';
  /** 0 where nothing is committed. */
  readonly lastSeq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `null` clears, absent leaves. */
export type ConversationPatch = {
  readonly [K in keyof TurnSettings | 'title' | 'workspaceId']?:
    | (K extends keyof TurnSettings ? NonNullable<TurnSettings[K]> : string)
    | null;
};

/** A committed chunk. `json` is the chunk's JSON text, byte for byte as it was committed. */
export interface StoredChunk {
  readonly seq: number;
  readonly turnId: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly json: string;
}

/** Who a message comes from. */
export type Origin = 'user' | 'agent' | 'schedule';

export interface StepMetrics {
  readonly stepId: string;
  readonly finishReason: string;
  readonly usage?: Usage;
  readonly ttftMs?: number;
  readonly decodeMs?: number;
  readonly genTotalMs?: number;
  readonly toolCalls: number;
}

export interface TurnMetrics {
  readonly turnId: string;
  readonly model: string;
  /** Absent while the turn runs. */
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly durationMs?: number;
  readonly contextSize?: number;
  readonly steps: readonly StepMetrics[];
}
