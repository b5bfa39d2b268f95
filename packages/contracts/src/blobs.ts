/**
 * Bytes by id: full tool results, attachments. In the database unless told otherwise, so that any
 * host serves them. Immutable once put. Rejects with `store-unavailable`.
 */
export interface Blobs {
  /**
   * `blobId` is new: `[A-Za-z0-9_-]{1,64}`. The same id again with the same bytes changes nothing,
   * with others: `invalid-input`. `conversation-not-found` where it names one that does not exist.
   */
  put(blob: NewBlob): Promise<void>;
  /**
   * Without its bytes; with a conversation only where it is that one's, alone or with others. Any
   * text may be asked for, here and below: what can be no id is not there.
   */
  describe(blobId: string, conversationId?: string): Promise<BlobInfo | undefined>;
  /** The bytes of a range, clipped to what there is. Rejects with `blob-not-found`. */
  read(
    blobId: string,
    range?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array>;
  /**
   * Removes blobs that belong to no conversation, all but `keep`: the oldest first, at most `limit`.
   * Resolves with how many. Safe to call from several hosts at once.
   */
  removeUnowned(keep: KeepUnowned, limit: number): Promise<number>;
}

/** What has to be both stays. */
export interface KeepUnowned {
  /** Put then or later (epoch milliseconds). */
  readonly since: number;
  /** Among the newest that have so many bytes together. Absent: no matter how many. */
  readonly maxBytes?: number;
}

export interface NewBlob {
  readonly blobId: string;
  /**
   * Whose it is: gone with it. Absent: kept until `removeUnowned`, or until a message that names it
   * makes it a conversation's. Where messages of several name it, or a fork took it along, it goes
   * with the last of them.
   */
  readonly conversationId?: string;
  readonly mediaType: string;
  readonly name?: string;
  readonly bytes: Uint8Array;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface BlobInfo {
  readonly blobId: string;
  /** One of those whose it is. */
  readonly conversationId?: string;
  readonly mediaType: string;
  readonly name?: string;
  readonly size: number;
}
