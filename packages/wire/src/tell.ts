import type { Role } from './chunk.ts';
import type { ActiveTurn, Conversation } from './response.ts';

/** A conversation as a host keeps it: times are epoch milliseconds, what is not set is absent. */
export interface KeptConversation
  extends Pick<Conversation, 'conversationId' | 'status' | 'lastSeq'>,
    Partial<Settings> {
  readonly createdAt: number;
  readonly updatedAt: number;
}

type SettingName = 'title' | 'model' | 'system' | 'workspaceId' | 'cwd' | 'computerId' | 'mode';
type Settings = { readonly [K in SettingName]: NonNullable<Conversation[K]> };

/** A committed chunk as a host keeps it: `json` is the chunk's own text. */
export interface KeptChunk {
  readonly seq: number;
  readonly turnId: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly json: string;
}

/** A time as clients are told it (WIRE.md section 1). */
export function tellTime(at: number): string {
  return new Date(at).toISOString();
}

/** A conversation as `GET /conversations/:id` and `conversation.changed` give it. */
export function tellConversation(kept: KeptConversation): Conversation {
  return {
    conversationId: kept.conversationId,
    title: kept.title ?? null,
    model: kept.model ?? null,
    system: kept.system ?? null,
    workspaceId: kept.workspaceId ?? null,
    cwd: kept.cwd ?? null,
    computerId: kept.computerId ?? null,
    mode: kept.mode ?? null,
    status: kept.status,
    lastSeq: kept.lastSeq,
    createdAt: tellTime(kept.createdAt),
    updatedAt: tellTime(kept.updatedAt),
  };
}

/**
 * The fields that messages and snapshots have in common, as JSON text without its braces. The
 * chunks' own texts are put in as they are: nothing of a history is parsed to be told.
 */
export function tellHistory(view: {
  readonly chunks: readonly KeptChunk[];
  readonly lastSeq: number;
  readonly activeTurn: ActiveTurn | null;
}): string {
  const chunks = view.chunks.map(tellChunk).join();
  return `"chunks":[${chunks}],"lastSeq":${view.lastSeq},"activeTurn":${JSON.stringify(view.activeTurn)}`;
}

function tellChunk({ seq, turnId, role, createdAt, json }: KeptChunk): string {
  return `{"seq":${seq},"turnId":${JSON.stringify(turnId)},"role":"${role}","createdAt":"${tellTime(createdAt)}","chunk":${json}}`;
}
