import type { Blobs, QueuedMessage, Store, StoredChunk } from '@dispatch/contracts';
import {
  type Chunk,
  type ContentPart,
  type Message,
  messagesFromChunks,
  type RoledChunk,
  type SteeredMessage,
  type UserInput,
} from '@dispatch/kernel';
import { readAttachment } from './user-input.ts';

/** Chunks that are read at once. */
const pageSize = 5000;

/** The conversation so far as the model is sent it, up to and including `throughSeq`. */
export async function readHistory(
  store: Store,
  blobs: Blobs,
  conversationId: string,
  throughSeq: number,
): Promise<Message[]> {
  const chunks = await readRange(store, conversationId, 0, throughSeq);
  return resolveAttachments(messagesFromChunks(chunks), blobs);
}

/** All chunks after `afterSeq`, up to and including `throughSeq`. */
export async function readRange(
  store: Store,
  conversationId: string,
  afterSeq: number,
  throughSeq: number,
): Promise<RoledChunk[]> {
  const chunks: RoledChunk[] = [];
  let last = afterSeq;
  while (last < throughSeq) {
    const range = { conversationId, afterSeq: last, throughSeq, limit: pageSize };
    const page = await store.readChunks(range);
    for (const stored of page) chunks.push(parseStored(stored));
    const end = page.at(-1);
    if (end === undefined) break;
    last = end.seq;
  }
  return chunks;
}

export function parseStored(stored: Pick<StoredChunk, 'role' | 'json'>): RoledChunk {
  // Committed by this package, which wrote it as a chunk.
  const chunk: Chunk = JSON.parse(stored.json);
  return { role: stored.role, chunk };
}

/** What the model is sent for chunks of a user's. */
export async function readUserContent(
  chunks: readonly Pick<StoredChunk, 'role' | 'json'>[],
  blobs: Blobs,
): Promise<readonly ContentPart[]> {
  const messages = await resolveAttachments(messagesFromChunks(chunks.map(parseStored)), blobs);
  return messages.flatMap((message) => (message.role === 'user' ? message.content : []));
}

export async function steeredMessage(queued: QueuedMessage, blobs: Blobs): Promise<SteeredMessage> {
  // Checked when it was queued.
  const message: UserInput = JSON.parse(queued.messageJson);
  return { queueId: queued.queueId, message, content: await readUserContent(queued.chunks, blobs) };
}

async function resolveAttachments(messages: Message[], blobs: Blobs): Promise<Message[]> {
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'user') continue;
    if (!message.content.some((part) => part.type === 'attachment')) continue;
    const content = await Promise.all(
      message.content.map(async (part) => {
        if (part.type !== 'attachment') return part;
        const info = await blobs.describe(part.attachmentId);
        if (info === undefined) return { type: 'text', text: '[attachment is gone]' } as const;
        const name = info.name === undefined ? {} : { name: info.name };
        return readAttachment(
          { mediaType: info.mediaType, attachmentId: part.attachmentId, ...name },
          blobs,
        );
      }),
    );
    messages[index] = { role: 'user', content };
  }
  return messages;
}
