import * as z from 'zod';
import { conversationId, mintedId, seq } from './ids.ts';
import { approvalBody, chatBody, queueBody, surfaceFields } from './request.ts';

/** What a client names a frame by; its answer carries the same. */
export const frameId = z.union([z.string().min(1).max(128), z.int()]);

export type FrameId = z.infer<typeof frameId>;

/** The fields of each `op` (WIRE.md section 5), without `op` and `id`. */
export const frameFields = {
  'chat.send': chatBody,
  'chat.subscribe': z.strictObject({
    conversationId,
    sinceSeq: seq.exactOptional(),
    cursor: z.string().exactOptional(),
  }),
  'chat.unsubscribe': z.strictObject({ conversationId }),
  'chat.queue': queueBody.extend({ conversationId }),
  'chat.abort': z.strictObject({ conversationId }),
  'conversations.subscribe': z.strictObject({ workspaceId: conversationId.exactOptional() }),
  'conversations.unsubscribe': z.strictObject({ workspaceId: conversationId.exactOptional() }),
  'approval.resolve': approvalBody.extend({ approvalId: mintedId }),
  'surface.subscribe': z.strictObject(surfaceFields).omit({ action: true, input: true }),
  'surface.unsubscribe': z.strictObject(surfaceFields).omit({ action: true, input: true }),
  'surface.invoke': z.strictObject(surfaceFields).required({ action: true }),
  ping: z.strictObject({}),
} as const;

export type FrameOp = keyof typeof frameFields;
export type FrameFields<Op extends FrameOp> = z.infer<(typeof frameFields)[Op]>;

/** `ClientFrame<'chat.send'>`; without an argument, the union of all. */
export type ClientFrame<Op extends FrameOp = FrameOp> = Op extends FrameOp
  ? { readonly op: Op; readonly id: FrameId } & FrameFields<Op>
  : never;

export function isFrameOp(op: string): op is FrameOp {
  return Object.hasOwn(frameFields, op);
}
