import { CodedError } from '@dispatch/contracts';
import type { Core } from './core.ts';
import { parseStored } from './history.ts';
import { conversationNotFound } from './reading.ts';

/** A step's calls and results stand within so many chunks of each other. */
const stepChunks = 1000;

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
    blobIds: await attachmentsOf(core, conversationId, throughSeq),
    at: runtime.wallNow(),
  });
  core.watch.changed(newConversationId);
  core.hosts.tellChanged(newConversationId);
  return { conversationId: newConversationId, lastSeq };
}

/** What chunks name, and the fork's readers will look for: a page of chunks at a time. */
async function attachmentsOf(
  { store }: Core,
  conversationId: string,
  throughSeq: number,
): Promise<readonly string[]> {
  const found = new Set<string>();
  let last = 0;
  while (last < throughSeq) {
    const page = { conversationId, afterSeq: last, throughSeq, limit: stepChunks };
    const chunks = await store.readChunks(page);
    for (const stored of chunks) {
      // Most name none, and parsing is what costs.
      if (!stored.json.includes('"attachmentId"')) continue;
      const { chunk } = parseStored(stored);
      const parts = chunk.type === 'tool-result' ? chunk.content : [chunk];
      for (const part of parts) if (part.type === 'attachment') found.add(part.attachmentId);
    }
    const end = chunks.at(-1);
    if (end === undefined) break;
    last = end.seq;
  }
  return [...found];
}

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
