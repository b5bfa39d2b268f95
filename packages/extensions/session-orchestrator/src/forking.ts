import { CodedError } from '@dispatch/contracts';
import { keptHandles } from '@dispatch/kernel';
import type { Core } from './core.ts';
import { parseStored } from './history.ts';
import { conversationNotFound } from './reading.ts';

/** A step's calls and results stand within so many chunks of each other. */
const stepChunks = 1000;
/** Chunks that are read at once. */
const pageSize = 1000;

/** Contract `Conversations.fork`. */
export async function fork(core: Core, conversationId: string, atSeq: number | undefined) {
  const { store, runtime } = core;
  const conversation = await store.readConversation(conversationId);
  if (conversation === undefined) throw conversationNotFound(conversationId);
  if (atSeq !== undefined) await refuseBetweenCallAndResult(core, conversationId, atSeq);
  const newConversationId = runtime.newId();
  const throughSeq = atSeq ?? conversation.lastSeq;
  const { lastSeq } = await store.forkConversation({
    conversationId,
    newConversationId,
    atSeq: throughSeq,
    blobIds: await blobsOf(core, conversationId, throughSeq),
    at: runtime.wallNow(),
  });
  core.watch.changed(newConversationId);
  core.hosts.tellChanged(newConversationId);
  return { conversationId: newConversationId, lastSeq };
}

/**
 * What chunks name: attachments, and the whole of results that were capped. Looked for in their JSON
 * as it is: where a text happens to look alike, the store passes over what is not the conversation's.
 */
async function blobsOf(
  { store }: Core,
  conversationId: string,
  throughSeq: number,
): Promise<readonly string[]> {
  const found = new Set<string>();
  let last = 0;
  while (last < throughSeq) {
    const page = { conversationId, afterSeq: last, throughSeq, limit: pageSize };
    const chunks = await store.readChunks(page);
    for (const { json } of chunks) {
      for (const [, attachmentId = ''] of json.matchAll(attachment)) found.add(attachmentId);
      for (const handle of keptHandles(json)) found.add(handle);
    }
    const end = chunks.at(-1);
    if (end === undefined) break;
    last = end.seq;
  }
  return [...found];
}

const attachment = /"attachmentId":"([A-Za-z0-9_-]{1,64})"/g;

/** A history in which a call has no result is none (WIRE.md section 2). */
async function refuseBetweenCallAndResult(
  core: Core,
  conversationId: string,
  atSeq: number,
): Promise<void> {
  const before = await core.store.readChunks({
    conversationId,
    afterSeq: 0,
    throughSeq: atSeq,
    limit: stepChunks,
    newest: true,
  });
  const open = new Map<string, number>();
  for (const stored of before) {
    const { chunk } = parseStored(stored);
    if (chunk.type === 'tool-call') open.set(chunk.callId, stored.seq);
    if (chunk.type === 'tool-result') open.delete(chunk.callId);
  }
  const [firstOpen] = open.values();
  if (firstOpen === undefined) return;
  throw new CodedError('invalid-input', {
    message: `atSeq: ${atSeq} stands between a tool call (${firstOpen}) and its result; take one before ${firstOpen}, or one behind the step.`,
  });
}
