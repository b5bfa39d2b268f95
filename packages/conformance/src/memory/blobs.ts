import { type BlobInfo, CodedError, type KeepUnowned, type NewBlob } from '@dispatch/contracts';
import { isOf } from './blob-owners.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { findConversation } from './conversations.ts';
import { invalidInput } from './refusals.ts';
import type { MemoryState } from './state.ts';

export function putBlob(state: MemoryState, blob: NewBlob): void {
  const { blobId, conversationId, mediaType, name, bytes, at } = blob;
  const known = state.blobs.get(blobId);
  if (known !== undefined) {
    const isSame =
      known.bytes.length === bytes.length && known.bytes.every((byte, i) => byte === bytes[i]);
    if (!isSame) throw invalidInput(`The blob ${blobId} exists already, with other bytes.`);
    return;
  }
  if (conversationId !== undefined) findConversation(state, conversationId);
  const info: BlobInfo = {
    blobId,
    ...(conversationId === undefined ? {} : { conversationId }),
    mediaType,
    ...(name === undefined ? {} : { name }),
    size: bytes.length,
  };
  state.blobs.set(blobId, { info, sharers: [], bytes: bytes.slice(), at });
}

export function describeBlob(
  state: MemoryState,
  blobId: string,
  conversationId: string | undefined,
): BlobInfo | undefined {
  const blob = state.blobs.get(blobId);
  if (blob === undefined) return undefined;
  return conversationId === undefined || isOf(blob, conversationId) ? blob.info : undefined;
}

export function readBlob(
  state: MemoryState,
  blobId: string,
  range?: { readonly offset: number; readonly length: number },
): Uint8Array {
  const blob = state.blobs.get(blobId);
  if (blob === undefined) {
    throw new CodedError('blob-not-found', { message: `There are no bytes under ${blobId}.` });
  }
  if (range === undefined) return blob.bytes.slice();
  return blob.bytes.slice(range.offset, range.offset + range.length);
}

export function removeUnownedBlobs(
  state: MemoryState,
  { since, maxBytes = Number.POSITIVE_INFINITY }: KeepUnowned,
  limit: number,
): number {
  const newestFirst = [...state.blobs.values()]
    .filter(({ info }) => info.conversationId === undefined)
    .sort((a, b) => b.at - a.at || compareCodePoints(b.info.blobId, a.info.blobId));
  let bytes = 0;
  const surplus = newestFirst.filter(({ info, at }) => {
    bytes += info.size;
    return at < since || bytes > maxBytes;
  });
  const removed = surplus.reverse().slice(0, limit);
  for (const { info } of removed) state.blobs.delete(info.blobId);
  return removed.length;
}
