import { createHash } from 'node:crypto';
import type { JsonValue, ToolCallView } from '@dispatch/kernel';
import { canonicalJson } from './canonical-json.ts';

/** Where an approval lies. */
export interface ApprovalPlace {
  readonly conversationId: string;
  readonly turnId: string;
  /** Of the call and its input: another input is another question. */
  readonly hash: string;
}

type AskedCall = Pick<ToolCallView, 'conversationId' | 'turnId' | 'callId' | 'name' | 'input'>;

export function placeOf(call: AskedCall, kind: string): ApprovalPlace {
  const { conversationId, turnId, callId, name, input } = call;
  const hash = hashOf([conversationId, turnId, callId, name, kind, input]);
  return { conversationId, turnId, hash };
}

/** SHA-256 of the canonical JSON, in 32 hexadecimal digits. */
export function hashOf(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}

/** The id says where it lies, so that no index is kept. Neither id holds a dot. */
export function formatApprovalId({ conversationId, turnId, hash }: ApprovalPlace): string {
  return `${conversationId}.${turnId}.${hash}`;
}

export function parseApprovalId(approvalId: string): ApprovalPlace | undefined {
  const parts = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.([0-9a-f]{32})$/.exec(approvalId);
  const [, conversationId, turnId, hash] = parts ?? [];
  if (conversationId === undefined || turnId === undefined || hash === undefined) return undefined;
  return { conversationId, turnId, hash };
}
