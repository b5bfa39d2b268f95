import type {
  Conversation,
  MessageView,
  QueueEntry,
  StepMetrics,
  StoredChunk,
  TurnMetrics,
} from '@dispatch/contracts';
import type * as wire from '@dispatch/wire';

/** Of any time that a host keeps (WIRE.md section 1). */
function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** As `GET /conversations/:id` gives it: what is not set is null. */
export function viewConversation(conversation: Conversation): wire.Conversation {
  return {
    conversationId: conversation.conversationId,
    title: conversation.title ?? null,
    model: conversation.model ?? null,
    system: conversation.system ?? null,
    workspaceId: conversation.workspaceId ?? null,
    cwd: conversation.cwd ?? null,
    computerId: conversation.computerId ?? null,
    mode: conversation.mode ?? null,
    status: conversation.status,
    lastSeq: conversation.lastSeq,
    createdAt: isoTime(conversation.createdAt),
    updatedAt: isoTime(conversation.updatedAt),
  };
}

/** `GET /conversations/:id/messages`: the chunks' own texts are put in as they are. */
export function messagesText(view: MessageView): string {
  const { chunks, lastSeq, activeTurn } = view;
  const turn = JSON.stringify(activeTurn);
  return `{"chunks":[${chunks.map(chunkText).join()}],"lastSeq":${lastSeq},"activeTurn":${turn}}`;
}

function chunkText({ seq, turnId, role, createdAt, json }: StoredChunk): string {
  return `{"seq":${seq},"turnId":${JSON.stringify(turnId)},"role":"${role}","createdAt":"${isoTime(createdAt)}","chunk":${json}}`;
}

export function viewQueueEntry({ queueId, message, createdAt }: QueueEntry) {
  return { queueId, message, createdAt: isoTime(createdAt) };
}

/** What was not measured, or is not over, is null. */
export function viewTurnMetrics(turn: TurnMetrics): wire.TurnMetrics {
  return {
    turnId: turn.turnId,
    model: turn.model,
    finishReason: turn.finishReason ?? null,
    usage: turn.usage ?? null,
    durationMs: turn.durationMs ?? null,
    contextSize: turn.contextSize ?? null,
    steps: turn.steps.map(viewStepMetrics),
  };
}

function viewStepMetrics(step: StepMetrics): wire.StepMetrics {
  return {
    stepId: step.stepId,
    usage: step.usage ?? null,
    ttftMs: step.ttftMs ?? null,
    decodeMs: step.decodeMs ?? null,
    genTotalMs: step.genTotalMs ?? null,
    toolCalls: step.toolCalls,
  };
}
