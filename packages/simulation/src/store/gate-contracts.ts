import type { Blobs, Records, Store } from '@dispatch/contracts';

/** What stands between a host and a contract: `call` makes the call where it is let through. */
export type Gate = <T>(
  method: string,
  args: readonly unknown[],
  call: () => Promise<T>,
) => Promise<T>;

/** A host's view of the one store. */
export function gateStore(store: Store, gate: Gate): Store {
  return {
    ping: () => gate('ping', [], () => store.ping()),
    readConversation: (id) => gate('readConversation', [id], () => store.readConversation(id)),
    listConversations: (query) =>
      gate('listConversations', [query], () => store.listConversations(query)),
    updateConversation: (id, patch, at) =>
      gate('updateConversation', [id, patch], () => store.updateConversation(id, patch, at)),
    deleteConversation: (id) =>
      gate('deleteConversation', [id], () => store.deleteConversation(id)),
    forkConversation: (fork) =>
      gate('forkConversation', [fork], () => store.forkConversation(fork)),
    readChunks: (query) => gate('readChunks', [query], () => store.readChunks(query)),
    readHeads: (ids) => gate('readHeads', [ids], () => store.readHeads(ids)),
    readView: (query) => gate('readView', [query], () => store.readView(query)),
    startTurn: (start) => gate('startTurn', [start], () => store.startTurn(start)),
    commitStep: (commit) => gate('commitStep', [commit], () => store.commitStep(commit)),
    commitSteering: (lease, at, number) =>
      gate('commitSteering', [lease, number], () => store.commitSteering(lease, at, number)),
    sealTurn: (seal) => gate('sealTurn', [seal], () => store.sealTurn(seal)),
    recordResponse: (lease, stepId, json) =>
      gate('recordResponse', [lease, stepId, json], () =>
        store.recordResponse(lease, stepId, json),
      ),
    recordCallStart: (lease, stepId, callId) =>
      gate('recordCallStart', [lease, stepId, callId], () =>
        store.recordCallStart(lease, stepId, callId),
      ),
    recordCallEnd: (lease, stepId, callId, json) =>
      gate('recordCallEnd', [lease, stepId, callId, json], () =>
        store.recordCallEnd(lease, stepId, callId, json),
      ),
    recordToolStep: (lease, stepId, callId, name, json) =>
      gate('recordToolStep', [lease, stepId, callId, name, json], () =>
        store.recordToolStep(lease, stepId, callId, name, json),
      ),
    requestAbort: (id, turnId) =>
      gate('requestAbort', [id, turnId], () => store.requestAbort(id, turnId)),
    renewLeases: (owner, leaseMs) =>
      gate('renewLeases', [owner], () => store.renewLeases(owner, leaseMs)),
    claimTurns: (claim) => gate('claimTurns', [claim], () => store.claimTurns(claim)),
    releaseTurn: (lease) => gate('releaseTurn', [lease], () => store.releaseTurn(lease)),
    readTurn: (id, turnId) => gate('readTurn', [id, turnId], () => store.readTurn(id, turnId)),
    readLastTurn: (id) => gate('readLastTurn', [id], () => store.readLastTurn(id)),
    readTurnMetrics: (id) => gate('readTurnMetrics', [id], () => store.readTurnMetrics(id)),
    enqueue: (record) => gate('enqueue', [record], () => store.enqueue(record)),
    listQueue: (id) => gate('listQueue', [id], () => store.listQueue(id)),
    removeQueued: (id, queueId) =>
      gate('removeQueued', [id, queueId], () => store.removeQueued(id, queueId)),
    listStrandedQueues: (limit) =>
      gate('listStrandedQueues', [], () => store.listStrandedQueues(limit)),
    dropIdempotencyKeys: (before) =>
      gate('dropIdempotencyKeys', [before], () => store.dropIdempotencyKeys(before)),
    deleteIdleConversations: (before, limit) =>
      gate('deleteIdleConversations', [before], () => store.deleteIdleConversations(before, limit)),
    listConversationIds: (limit, afterId) =>
      gate('listConversationIds', [], () => store.listConversationIds(limit, afterId)),
    inspectConversation: (id) =>
      gate('inspectConversation', [id], () => store.inspectConversation(id)),
  };
}

export function gateRecords(records: Records, gate: Gate): Records {
  return {
    read: (namespace, key) =>
      gate('records.read', [namespace, key], () => records.read(namespace, key)),
    write: (write) => gate('records.write', [write], () => records.write(write)),
    remove: (namespace, key, version) =>
      gate('records.remove', [namespace, key], () => records.remove(namespace, key, version)),
    list: (query) => gate('records.list', [query], () => records.list(query)),
  };
}

export function gateBlobs(blobs: Blobs, gate: Gate): Blobs {
  return {
    put: (blob) => gate('blobs.put', [blob], () => blobs.put(blob)),
    describe: (id) => gate('blobs.describe', [id], () => blobs.describe(id)),
    read: (id, range) => gate('blobs.read', [id], () => blobs.read(id, range)),
    removeUnowned: (keep, limit) =>
      gate('blobs.removeUnowned', [keep, limit], () => blobs.removeUnowned(keep, limit)),
  };
}
