import { compareCodePoints } from './compare-code-points.ts';
import { attachmentNotFound } from './refusals.ts';
import type { BlobState, MemoryState } from './state.ts';

/** Blobs that a message names go with its conversation. All or none. */
export function adoptBlobs(
  state: MemoryState,
  conversationId: string,
  blobIds: readonly string[] = [],
): void {
  if (!blobIds.every((blobId) => state.blobs.has(blobId))) throw attachmentNotFound();
  shareBlobs(state, conversationId, blobIds);
}

/** Makes blobs a conversation's, too; passes over those that are not there. */
export function shareBlobs(
  state: MemoryState,
  conversationId: string,
  blobIds: readonly string[],
): void {
  for (const blobId of blobIds) {
    const blob = state.blobs.get(blobId);
    if (blob === undefined) continue;
    const owner = blob.info.conversationId;
    if (owner === undefined) {
      state.blobs.set(blobId, { ...blob, info: { ...blob.info, conversationId } });
    } else if (owner !== conversationId && !blob.sharers.includes(conversationId)) {
      state.blobs.set(blobId, { ...blob, sharers: [...blob.sharers, conversationId] });
    }
  }
}

/** Whose it is, alone or with others. */
export function isOf({ info, sharers }: BlobState, conversationId: string): boolean {
  return info.conversationId === conversationId || sharers.includes(conversationId);
}

/** What a conversation that goes leaves: to those that share it, else to nobody. */
export function leaveBlobs(state: MemoryState, conversationId: string): void {
  for (const [blobId, blob] of state.blobs) {
    const sharers = blob.sharers.filter((sharer) => sharer !== conversationId);
    const isOwner = blob.info.conversationId === conversationId;
    const heir = [...sharers].sort(compareCodePoints)[0];
    if (isOwner && heir === undefined) {
      state.blobs.delete(blobId);
    } else if (isOwner && heir !== undefined) {
      const info = { ...blob.info, conversationId: heir };
      state.blobs.set(blobId, { ...blob, info, sharers: sharers.filter((id) => id !== heir) });
    } else if (sharers.length < blob.sharers.length) {
      state.blobs.set(blobId, { ...blob, sharers });
    }
  }
}
