/**
 * An extension's own state, by namespace and key: approvals, todo lists, budgets. Values are JSON
 * text. Concurrent writers are told apart by versions (compare-and-set), from 1. Rejects with
 * `store-unavailable`, and `conversation-not-found` where a write names one that does not exist.
 */
export interface Records {
  read(namespace: string, key: string): Promise<VersionedRecord | undefined>;
  /** Resolves with the new version. Rejects with `version-conflict` where the version is not the expected one; nothing is written then. */
  write(write: RecordWrite): Promise<number>;
  /** False where there was none. With `expectedVersion`, rejects with `version-conflict`. */
  remove(namespace: string, key: string, expectedVersion?: number): Promise<boolean>;
  /** Ascending by key (code point order), at most `limit` (1 to 1000) after `afterKey`. */
  list(query: RecordQuery): Promise<readonly VersionedRecord[]>;
}

export interface RecordWrite {
  /** By custom the extension's name. */
  readonly namespace: string;
  readonly key: string;
  readonly json: string;
  /** 0: there must be none yet; absent: whatever is there is replaced. */
  readonly expectedVersion?: number;
  /** The record goes with this conversation when it is deleted. */
  readonly conversationId?: string;
}

export interface RecordQuery {
  readonly namespace: string;
  readonly prefix?: string;
  readonly afterKey?: string;
  readonly limit: number;
}

export interface VersionedRecord {
  readonly key: string;
  readonly json: string;
  readonly version: number;
}
