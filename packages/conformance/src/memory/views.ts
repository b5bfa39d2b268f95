import type { Blobs, Records, Store } from '@dispatch/contracts';
import { describeBlob, putBlob, readBlob, removeUnownedBlobs } from './blobs.ts';
import {
  deleteConversation,
  findConversation,
  forkConversation,
  listConversations,
  readChunks,
  readHeads,
  readView,
  updateConversation,
  viewConversation,
} from './conversations.ts';
import {
  deleteIdleConversations,
  deleteSurplusConversations,
  measureConversations,
} from './idle.ts';
import { inspectConversation, listConversationIds } from './inspection.ts';
import {
  claimTurns,
  readTurn,
  readTurnMetrics,
  releaseTurn,
  renewLeases,
  requestAbort,
  wakeTurn,
} from './leases.ts';
import { recordCallEnd, recordCallStart, recordResponse, recordToolStep } from './ledger.ts';
import { dropIdempotencyKeys, enqueue, listStrandedQueues, removeQueued } from './queue.ts';
import { listRecords, readRecord, removeRecord, writeRecord } from './records.ts';
import { startTurn } from './start-turn.ts';
import type { MemoryState } from './state.ts';
import { commitSteering, commitStep, sealTurn } from './turn-writes.ts';

/**
 * What every call of a store in memory passes: calls `run` when and where it wants, which makes the
 * change in one go, and answers the caller, or does neither. `args` are the call's own.
 */
export type StoreGate = <T>(method: string, args: readonly unknown[], run: () => T) => Promise<T>;

export function createStore(state: MemoryState, gate: StoreGate): Store {
  return {
    ping: () => gate('ping', [], () => undefined),
    readConversation: (id) =>
      gate('readConversation', [id], () => {
        const conversation = state.conversations.get(id);
        return conversation === undefined ? undefined : viewConversation(conversation, state.now());
      }),
    listConversations: (query) =>
      gate('listConversations', [query], () => listConversations(state, query)),
    updateConversation: (id, patch, at) =>
      gate('updateConversation', [id, patch, at], () => updateConversation(state, id, patch, at)),
    deleteConversation: (id) =>
      gate('deleteConversation', [id], () => deleteConversation(state, id)),
    forkConversation: (fork) =>
      gate('forkConversation', [fork], () => forkConversation(state, fork)),
    readChunks: (query) => gate('readChunks', [query], () => readChunks(state, query)),
    readHeads: (ids) => gate('readHeads', [ids], () => readHeads(state, ids)),
    readView: (query) => gate('readView', [query], () => readView(state, query)),
    startTurn: (start) => gate('startTurn', [start], () => startTurn(state, start)),
    commitStep: (commit) => gate('commitStep', [commit], () => commitStep(state, commit)),
    commitSteering: (lease, at, eventNumber) =>
      gate('commitSteering', [lease, at, eventNumber], () =>
        commitSteering(state, lease, at, eventNumber),
      ),
    sealTurn: (seal) => gate('sealTurn', [seal], () => sealTurn(state, seal)),
    recordResponse: (lease, stepId, json) =>
      gate('recordResponse', [lease, stepId, json], () =>
        recordResponse(state, lease, stepId, json),
      ),
    recordCallStart: (lease, stepId, callId) =>
      gate('recordCallStart', [lease, stepId, callId], () =>
        recordCallStart(state, lease, stepId, callId),
      ),
    recordCallEnd: (lease, stepId, callId, json) =>
      gate('recordCallEnd', [lease, stepId, callId, json], () =>
        recordCallEnd(state, lease, stepId, callId, json),
      ),
    recordToolStep: (lease, stepId, callId, name, json) =>
      gate('recordToolStep', [lease, stepId, callId, name, json], () =>
        recordToolStep(state, lease, stepId, callId, name, json),
      ),
    requestAbort: (id, turnId) =>
      gate('requestAbort', [id, turnId], () => requestAbort(state, id, turnId)),
    renewLeases: (owner, leaseMs) =>
      gate('renewLeases', [owner, leaseMs], () => renewLeases(state, owner, leaseMs)),
    claimTurns: (claim) => gate('claimTurns', [claim], () => claimTurns(state, claim)),
    releaseTurn: (lease, waitMs) =>
      gate('releaseTurn', [lease, waitMs], () => releaseTurn(state, lease, waitMs)),
    wakeTurn: (conversationId, turnId) =>
      gate('wakeTurn', [conversationId, turnId], () => wakeTurn(state, conversationId, turnId)),
    readTurn: (id, turnId) => gate('readTurn', [id, turnId], () => readTurn(state, id, turnId)),
    readLastTurn: (id) => gate('readLastTurn', [id], () => readTurn(state, id, undefined)),
    readTurnMetrics: (id) => gate('readTurnMetrics', [id], () => readTurnMetrics(state, id)),
    enqueue: (record) => gate('enqueue', [record], () => enqueue(state, record)),
    listQueue: (id) => gate('listQueue', [id], () => findConversation(state, id).queue),
    removeQueued: (id, queueId) =>
      gate('removeQueued', [id, queueId], () => removeQueued(state, id, queueId)),
    listStrandedQueues: (limit) =>
      gate('listStrandedQueues', [limit], () => listStrandedQueues(state, limit)),
    dropIdempotencyKeys: (before) =>
      gate('dropIdempotencyKeys', [before], () => dropIdempotencyKeys(state, before)),
    deleteIdleConversations: (before, limit) =>
      gate('deleteIdleConversations', [before, limit], () =>
        deleteIdleConversations(state, before, limit),
      ),
    measureConversations: (limit, afterId) =>
      gate('measureConversations', [limit, afterId], () =>
        measureConversations(state, limit, afterId),
      ),
    deleteSurplusConversations: (keep, limit) =>
      gate('deleteSurplusConversations', [keep, limit], () =>
        deleteSurplusConversations(state, keep, limit),
      ),
    listConversationIds: (limit, afterId) =>
      gate('listConversationIds', [limit, afterId], () =>
        listConversationIds(state, limit, afterId),
      ),
    inspectConversation: (id) =>
      gate('inspectConversation', [id], () => inspectConversation(state, id)),
  };
}

export function createRecords(state: MemoryState, gate: StoreGate): Records {
  return {
    read: (namespace, key) =>
      gate('records.read', [namespace, key], () => readRecord(state, namespace, key)),
    write: (write) => gate('records.write', [write], () => writeRecord(state, write)),
    remove: (namespace, key, expectedVersion) =>
      gate('records.remove', [namespace, key, expectedVersion], () =>
        removeRecord(state, namespace, key, expectedVersion),
      ),
    list: (query) => gate('records.list', [query], () => listRecords(state, query)),
  };
}

export function createBlobs(state: MemoryState, gate: StoreGate): Blobs {
  return {
    put: (blob) => gate('blobs.put', [blob], () => putBlob(state, blob)),
    describe: (blobId, conversationId) =>
      gate('blobs.describe', [blobId, conversationId], () =>
        describeBlob(state, blobId, conversationId),
      ),
    read: (blobId, range) =>
      gate('blobs.read', [blobId, range], () => readBlob(state, blobId, range)),
    removeUnowned: (keep, limit) =>
      gate('blobs.removeUnowned', [keep, limit], () => removeUnownedBlobs(state, keep, limit)),
  };
}
