import {
  type Blobs,
  CodedError,
  isCodedError,
  type NewChunk,
  type Runtime,
} from '@dispatch/contracts';
import type { Chunk, ContentPart, UserInput } from '@dispatch/kernel';
import { wellFormed } from './well-formed.ts';

/** A user's message on its way into a conversation. */
export interface PreparedInput {
  readonly chunks: readonly NewChunk[];
  /** As the model is sent it: what the committed chunks give when they are read again. */
  readonly content: readonly ContentPart[];
  /** Bytes that the chunks name; to be kept before the message is committed. */
  readonly images: readonly NewImage[];
  /** All that the chunks name: theirs is the message's conversation. */
  readonly blobIds: readonly string[];
}

export interface NewImage {
  readonly blobId: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Rejects with `invalid-input` where nothing is said, `attachment-not-found`. */
export async function prepareInput(
  message: UserInput,
  blobs: Blobs,
  runtime: Runtime,
): Promise<PreparedInput> {
  const parts = typeof message === 'string' ? [{ type: 'text', text: message } as const] : message;
  const chunks: Chunk[] = [];
  const content: ContentPart[] = [];
  const images: NewImage[] = [];
  const blobIds: string[] = [];
  for (const part of parts) {
    switch (part.type) {
      case 'text':
      case 'json': {
        const text = wellFormed(part.type === 'text' ? part.text : JSON.stringify(part.value));
        if (text === '') break;
        chunks.push({ type: 'text', text });
        content.push({ type: 'text', text });
        break;
      }
      case 'image': {
        const attachmentId = runtime.newId();
        const mediaType = wellFormed(part.mediaType);
        const chunk = { type: 'attachment', mediaType, attachmentId } as const;
        blobIds.push(attachmentId);
        images.push({ blobId: attachmentId, mediaType, bytes: Buffer.from(part.data, 'base64') });
        chunks.push(chunk);
        content.push(isSentWhole(mediaType) ? { ...part, mediaType } : told(chunk));
        break;
      }
      case 'attachment': {
        const info = await blobs.describe(part.attachmentId);
        if (info === undefined) {
          throw new CodedError('attachment-not-found', {
            message: `There is no attachment ${JSON.stringify(part.attachmentId)}.`,
          });
        }
        const chunk = {
          type: 'attachment',
          mediaType: info.mediaType,
          ...(info.name === undefined ? {} : { name: info.name }),
          attachmentId: part.attachmentId,
        } as const;
        blobIds.push(part.attachmentId);
        chunks.push(chunk);
        content.push(await readAttachment(chunk, blobs));
        break;
      }
    }
  }
  if (chunks.length === 0) {
    throw new CodedError('invalid-input', {
      message: 'message: it says nothing; give it some text.',
    });
  }
  return {
    chunks: chunks.map((chunk) => ({ role: 'user', json: JSON.stringify(chunk) })),
    content,
    images,
    blobIds,
  };
}

/** Keeps the message's own bytes. Rejects with `store-unavailable`: without them it is not to be acknowledged. */
export async function keepImages(
  images: readonly NewImage[],
  blobs: Blobs,
  runtime: Runtime,
): Promise<void> {
  const at = runtime.wallNow();
  await Promise.all(images.map((image) => blobs.put({ ...image, at })));
}

interface Attachment {
  readonly mediaType: string;
  readonly name?: string;
  readonly attachmentId: string;
}

/** What the models that take images take: any other one would be refused with the whole request, turn after turn. */
const imageTypes = /^image\/(png|jpeg|gif|webp) *(;|$)/;

function isSentWhole(mediaType: string): boolean {
  return imageTypes.test(mediaType);
}

function told({ name, attachmentId, mediaType }: Attachment): ContentPart {
  return { type: 'text', text: `[attachment ${name ?? attachmentId}, ${mediaType}]` };
}

/** What the model is sent for a committed attachment: an image whole, anything else by name. `store-unavailable`. */
export async function readAttachment(chunk: Attachment, blobs: Blobs): Promise<ContentPart> {
  const { mediaType, attachmentId } = chunk;
  if (!isSentWhole(mediaType)) return told(chunk);
  try {
    const bytes = await blobs.read(attachmentId);
    return { type: 'image', mediaType, data: Buffer.from(bytes).toString('base64') };
  } catch (error) {
    if (!isCodedError(error, 'blob-not-found')) throw error;
    return { type: 'text', text: `[image ${chunk.name ?? attachmentId} is no longer there]` };
  }
}
