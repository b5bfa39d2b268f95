import type { Blobs, Records, Store } from '@dispatch/contracts';
import { putBlob, readBlob, removeUnownedBlobs } from './blobs.ts';
import {
  deleteConversation,
  deleteIdleConversations,
  findConversation,
  forkConversation,
  listConversations,
  readChunks,
  readHeads,
  readView,
  updateConversation,
  viewConversation,
} from './conversations.ts';
import { createFaultGate, type Gate, type StoreFaults, type StoreHooks } from './fault-gate.ts';
import { inspectConversation, listConversationIds } from './inspection.ts';
import {
  claimTurns,
  readTurn,
  readTurnMetrics,
  releaseTurn,
  renewLeases,
  requestAbort,
} from './leases.ts';
import { recordCallEnd, recordCallStart, recordResponse, recordToolStep } from './ledger.ts';
import { dropIdempotencyKeys, enqueue, listStrandedQueues, removeQueued } from './queue.ts';
import { listRecords, readRecord, removeRecord, writeRecord } from './records.ts';
import { startTurn } from './start-turn.ts';
import type { MemoryState } from './state.ts';
import { commitSteering, commitStep, sealTurn } from './turn-writes.ts';

export interface MemoryStoreOptions extends StoreHooks {
  /** The store's own clock, in milliseconds: what leases are measured with. Default: stands at 0 and goes by `advance`. */
  readonly now?: () => number;
}

export interface MemoryStore extends StoreFaults {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  /** Sets the default clock forward. */
  advance(ms: number): void;
}

/**
 * A store, its records and its blobs in memory, for tests and simulations. Deterministic: same
 * calls, same clock, same answers. Every method is one atomic change.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  let elapsedMs = 0;
  const state: MemoryState = {
    conversations: new Map(),
    records: new Map(),
    blobs: new Map(),
    now: options.now ?? (() => elapsedMs),
  };
  const { gate, faults } = createFaultGate(options);
  return {
    ...faults,
    advance: (ms) => {
      elapsedMs += ms;
    },
    store: createStore(state, gate),
    records: createRecords(state, gate),
    blobs: createBlobs(state, gate),
  };
}

function createStore(state: MemoryState, gate: Gate): Store {
  return {
    ping: () => gate('ping', () => undefined),
    readConversation: (id) =>
      gate('readConversation', () => {
        const conversation = state.conversations.get(id);
        return conversation === undefined ? undefined : viewConversation(conversation);
      }),
    listConversations: (query) => gate('listConversations', () => listConversations(state, query)),
    updateConversation: (id, patch, at) =>
      gate('updateConversation', () => updateConversation(state, id, patch, at)),
    deleteConversation: (id) => gate('deleteConversation', () => deleteConversation(state, id)),
    forkConversation: (fork) => gate('forkConversation', () => forkConversation(state, fork)),
    readChunks: (query) => gate('readChunks', () => readChunks(state, query)),
    readHeads: (ids) => gate('readHeads', () => readHeads(state, ids)),
    readView: (query) => gate('readView', () => readView(state, query)),
    startTurn: (start) => gate('startTurn', () => startTurn(state, start)),
    commitStep: (commit) => gate('commitStep', () => commitStep(state, commit)),
    commitSteering: (lease, at, eventNumber) =>
      gate('commitSteering', () => commitSteering(state, lease, at, eventNumber)),
    sealTurn: (seal) => gate('sealTurn', () => sealTurn(state, seal)),
    recordResponse: (lease, stepId, json) =>
      gate('recordResponse', () => recordResponse(state, lease, stepId, json)),
    recordCallStart: (lease, stepId, callId) =>
      gate('recordCallStart', () => recordCallStart(state, lease, stepId, callId)),
    recordCallEnd: (lease, stepId, callId, json) =>
      gate('recordCallEnd', () => recordCallEnd(state, lease, stepId, callId, json)),
    recordToolStep: (lease, stepId, callId, name, json) =>
      gate('recordToolStep', () => recordToolStep(state, lease, stepId, callId, name, json)),
    requestAbort: (id, turnId) => gate('requestAbort', () => requestAbort(state, id, turnId)),
    renewLeases: (owner, leaseMs) => gate('renewLeases', () => renewLeases(state, owner, leaseMs)),
    claimTurns: (claim) => gate('claimTurns', () => claimTurns(state, claim)),
    releaseTurn: (lease) => gate('releaseTurn', () => releaseTurn(state, lease)),
    readTurn: (id, turnId) => gate('readTurn', () => readTurn(state, id, turnId)),
    readLastTurn: (id) => gate('readLastTurn', () => readTurn(state, id, undefined)),
    readTurnMetrics: (id) => gate('readTurnMetrics', () => readTurnMetrics(state, id)),
    enqueue: (record) => gate('enqueue', () => enqueue(state, record)),
    listQueue: (id) => gate('listQueue', () => findConversation(state, id).queue),
    removeQueued: (id, queueId) => gate('removeQueued', () => removeQueued(state, id, queueId)),
    listStrandedQueues: (limit) =>
      gate('listStrandedQueues', () => listStrandedQueues(state, limit)),
    dropIdempotencyKeys: (before) =>
      gate('dropIdempotencyKeys', () => dropIdempotencyKeys(state, before)),
    deleteIdleConversations: (before, limit) =>
      gate('deleteIdleConversations', () => deleteIdleConversations(state, before, limit)),
    listConversationIds: (limit, afterId) =>
      gate('listConversationIds', () => listConversationIds(state, limit, afterId)),
    inspectConversation: (id) => gate('inspectConversation', () => inspectConversation(state, id)),
  };
}

function createRecords(state: MemoryState, gate: Gate): Records {
  return {
    read: (namespace, key) => gate('records.read', () => readRecord(state, namespace, key)),
    write: (write) => gate('records.write', () => writeRecord(state, write)),
    remove: (namespace, key, expectedVersion) =>
      gate('records.remove', () => removeRecord(state, namespace, key, expectedVersion)),
    list: (query) => gate('records.list', () => listRecords(state, query)),
  };
}

function createBlobs(state: MemoryState, gate: Gate): Blobs {
  return {
    put: (blob) => gate('blobs.put', () => putBlob(state, blob)),
    describe: (blobId) => gate('blobs.describe', () => state.blobs.get(blobId)?.info),
    read: (blobId, range) => gate('blobs.read', () => readBlob(state, blobId, range)),
    removeUnowned: (keep, limit) =>
      gate('blobs.removeUnowned', () => removeUnownedBlobs(state, keep, limit)),
  };
}
