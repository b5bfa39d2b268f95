import type { RecordQuery, RecordWrite, VersionedRecord } from '@dispatch/contracts';
import { compareCodePoints } from './compare-code-points.ts';
import { findConversation } from './conversations.ts';
import { versionConflict } from './refusals.ts';
import type { MemoryState } from './state.ts';

/** Throws where the write would be refused. */
export function checkRecordWrite(state: MemoryState, write: RecordWrite): void {
  const { namespace, key, expectedVersion, conversationId } = write;
  const version = state.records.get(namespace)?.get(key)?.version ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw versionConflict(namespace, key);
  }
  if (conversationId !== undefined) findConversation(state, conversationId);
}

export function writeRecord(state: MemoryState, write: RecordWrite): number {
  checkRecordWrite(state, write);
  const { namespace, key, json } = write;
  const keys = state.records.get(namespace) ?? new Map();
  state.records.set(namespace, keys);
  const before = keys.get(key);
  const version = (before?.version ?? 0) + 1;
  const conversationId = write.conversationId ?? before?.conversationId;
  keys.set(key, { json, version, ...(conversationId === undefined ? {} : { conversationId }) });
  return version;
}

export function removeRecord(
  state: MemoryState,
  namespace: string,
  key: string,
  expectedVersion?: number,
): boolean {
  const keys = state.records.get(namespace);
  const version = keys?.get(key)?.version ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw versionConflict(namespace, key);
  }
  return keys?.delete(key) ?? false;
}

export function readRecord(
  state: MemoryState,
  namespace: string,
  key: string,
): VersionedRecord | undefined {
  const record = state.records.get(namespace)?.get(key);
  if (record === undefined) return undefined;
  return { key, json: record.json, version: record.version };
}

export function listRecords(state: MemoryState, query: RecordQuery): readonly VersionedRecord[] {
  const { prefix = '', afterKey, limit } = query;
  return [...(state.records.get(query.namespace) ?? [])]
    .filter(([key]) => key.startsWith(prefix))
    .filter(([key]) => afterKey === undefined || compareCodePoints(key, afterKey) > 0)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .slice(0, limit)
    .map(([key, { json, version }]) => ({ key, json, version }));
}
