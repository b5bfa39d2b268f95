import * as z from 'zod';
import { message } from './content-part.ts';
import { conversationId, idempotencyKey, mintedId, seq } from './ids.ts';
import { jsonValue } from './json-value.ts';

const names = z.array(z.string().min(1).max(256)).max(1000);

/** Which tools are offered, by name; `*` stands for any characters. */
export const toolSelection = z.strictObject({
  only: names.exactOptional(),
  without: names.exactOptional(),
});

export const sampling = z.strictObject({
  temperature: z.number().min(0).exactOptional(),
  topP: z.number().min(0).max(1).exactOptional(),
  maxOutputTokens: z.int().min(1).exactOptional(),
  reasoningEffort: z.string().min(1).max(64).exactOptional(),
});

/** `read-only`: only `pure` tools are offered. */
export const mode = z.enum(['act', 'read-only']);

const settings = {
  model: z.string().min(1).max(256),
  system: z.string(),
  cwd: z.string().min(1).max(4096).refine(isPath, 'must not contain U+0000'),
  computerId: z.string().min(1).max(256),
  mode,
  tools: toolSelection,
  sampling,
};

function isPath(path: string): boolean {
  return !path.includes('\0');
}

/** `POST /chat`. */
export const chatBody = z.strictObject({
  message: message.exactOptional(),
  conversationId: conversationId.exactOptional(),
  model: settings.model.exactOptional(),
  system: settings.system.exactOptional(),
  workspaceId: conversationId.exactOptional(),
  cwd: settings.cwd.exactOptional(),
  computerId: settings.computerId.exactOptional(),
  mode: mode.exactOptional(),
  tools: toolSelection.exactOptional(),
  sampling: sampling.exactOptional(),
  maxSteps: z.int().min(0).exactOptional(),
  idempotencyKey: idempotencyKey.exactOptional(),
});

/** `POST /conversations/:id/queue`. */
export const queueBody = z.strictObject({
  message,
  idempotencyKey: idempotencyKey.exactOptional(),
});

/** `POST /commands`. Without a call it is the one that has waited longest. */
export const sendCommandBody = z.strictObject({ conversationId, callId: mintedId.exactOptional() });

/** `POST /conversations/:id/fork`. */
export const forkBody = z.strictObject({ atSeq: seq.exactOptional() });

/** A body that says nothing: `POST /conversations/:id/abort`. */
export const emptyBody = z.strictObject({});

/** `PATCH /conversations/:id`: `null` clears, absent leaves. */
export const patchBody = z.strictObject({
  title: z.string().min(1).max(1000).nullable().exactOptional(),
  workspaceId: conversationId.nullable().exactOptional(),
  model: settings.model.nullable().exactOptional(),
  system: settings.system.nullable().exactOptional(),
  cwd: settings.cwd.nullable().exactOptional(),
  computerId: settings.computerId.nullable().exactOptional(),
  mode: mode.nullable().exactOptional(),
  tools: toolSelection.nullable().exactOptional(),
  sampling: sampling.nullable().exactOptional(),
});

/** `POST /approvals/:approvalId`. `answers`: one per question, of several options a list. */
export const approvalBody = z.strictObject({
  decision: z.enum(['allow', 'deny', 'always']),
  reason: z.string().max(10_000).exactOptional(),
  answers: z
    .array(z.union([z.string(), z.array(z.string())]))
    .max(100)
    .exactOptional(),
});

/** `POST /workspaces`. */
export const workspaceBody = z.strictObject({
  workspaceId: conversationId.exactOptional(),
  name: z.string().min(1).max(1000),
  defaultCwd: settings.cwd.nullable().exactOptional(),
  defaultComputerId: settings.computerId.nullable().exactOptional(),
  defaultModel: settings.model.nullable().exactOptional(),
});

/** `PATCH /workspaces/:id`: `null` clears, absent leaves. */
export const workspacePatchBody = workspaceBody
  .omit({ workspaceId: true })
  .extend({ name: workspaceBody.shape.name.exactOptional() });

/** Fields of `surface.invoke`. */
export const surfaceFields = {
  surfaceId: mintedId,
  conversationId: conversationId.exactOptional(),
  action: z.string().min(1).max(256).exactOptional(),
  input: jsonValue.exactOptional(),
};

export type ToolSelection = z.infer<typeof toolSelection>;
export type Sampling = z.infer<typeof sampling>;
export type ConversationMode = z.infer<typeof mode>;
export type ChatBody = z.infer<typeof chatBody>;
export type QueueBody = z.infer<typeof queueBody>;
export type ForkBody = z.infer<typeof forkBody>;
export type PatchBody = z.infer<typeof patchBody>;
export type ApprovalBody = z.infer<typeof approvalBody>;
export type WorkspaceBody = z.infer<typeof workspaceBody>;
export type WorkspacePatchBody = z.infer<typeof workspacePatchBody>;
